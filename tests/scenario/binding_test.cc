// Binding: RFC 8489 sections 3 and 6, RFC 3489 behind its option.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using stun::MessageClass;
using stun::Method;

std::vector<std::uint8_t> bare_binding() {
  return TestRequest(MessageClass::kRequest, Method::kBinding, transaction(1)).bytes();
}

TEST(Binding, AnswersWithTheReflexiveAddress_Rfc8489_6_3_1_1) {
  World world;
  Client& client = world.client("45.33.1.1:40000");
  const auto reply = client.exchange(bare_binding());
  ASSERT_TRUE(reply && reply->success());
  EXPECT_EQ(reply->mapped, endpoint("45.33.1.1:40000"));
  EXPECT_FALSE(reply->old_mapped);
  EXPECT_FALSE(reply->fingerprint);
  EXPECT_EQ(reply->id, transaction(1));
  EXPECT_EQ(world.counted(turn::Count::kBindingResponses), 1U);
}

TEST(Binding, AnswersIpv6_Rfc8489_14_2) {
  World world;
  const auto reply = world.client("[2a00:1450::7]:999").exchange(bare_binding());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->mapped, endpoint("[2a00:1450::7]:999"));
}

TEST(Binding, MirrorsFingerprint_Rfc8489_14_7) {
  World world;
  TestRequest request(MessageClass::kRequest, Method::kBinding, transaction(1));
  request.fingerprint();
  EXPECT_TRUE(world.client().exchange(request.bytes())->fingerprint);
}

TEST(Binding, AlwaysHasFingerprintWhenConfigured) {
  World world([](turn::Policy& policy) { policy.always_fingerprint = true; });
  EXPECT_TRUE(world.client().exchange(bare_binding())->fingerprint);
}

TEST(Binding, AddsMappedAddressWhenConfigured) {
  World world([](turn::Policy& policy) { policy.mapped_address = true; });
  const auto reply = world.client().exchange(bare_binding());
  EXPECT_EQ(reply->old_mapped, endpoint("45.33.1.1:40000"));
  EXPECT_EQ(reply->mapped, endpoint("45.33.1.1:40000"));
}

TEST(Binding, IsSilentWhenSwitchedOff) {
  World world([](turn::Policy& policy) { policy.serve_binding = false; });
  EXPECT_FALSE(world.client().exchange(bare_binding()));
  EXPECT_EQ(world.dropped(turn::DropReason::kUnknownMethod), 1U);
}

TEST(Binding, NeedsCredentialsUnderSecureStun) {
  World world([](turn::Policy& policy) { policy.binding_needs_auth = true; });
  Client& client = world.client();
  EXPECT_EQ(client.exchange(bare_binding())->error, 401);
  const auto reply = client.call(Method::kBinding);
  EXPECT_TRUE(reply.success());
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
}

TEST(Binding, ClassicClientsAreServedOnlyWhenConfigured_Rfc3489) {
  stun::TransactionId id = transaction(1);
  id.cookie = 0x01020304;
  TestRequest request(MessageClass::kRequest, Method::kBinding, id);
  request.raw(0x0003, {0, 0, 0, 0});  // CHANGE-REQUEST that asks for no change
  const auto bytes = request.bytes();

  World strict;
  EXPECT_FALSE(strict.client().exchange(bytes));
  EXPECT_EQ(strict.dropped(turn::DropReason::kMalformedStun), 1U);

  World classic([](turn::Policy& policy) { policy.classic_stun = true; });
  const auto reply = classic.client().exchange(bytes);
  ASSERT_TRUE(reply && reply->success());
  EXPECT_EQ(reply->old_mapped, endpoint("45.33.1.1:40000"));
  EXPECT_FALSE(reply->mapped);
  EXPECT_EQ(reply->id, id);
}

TEST(Binding, UnknownAttributesAreListed_Rfc8489_6_3_1) {
  World world;
  TestRequest request(MessageClass::kRequest, Method::kBinding, transaction(1));
  request.raw(0x0003, {0, 0, 0, 6}).raw(0x7ffe, {1}).raw(0x9000, {2});
  const auto reply = world.client().exchange(request.bytes());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->error, 420);
  EXPECT_EQ(reply->unknown, (std::vector<std::uint16_t>{0x0003, 0x7ffe}));
  EXPECT_EQ(world.counted(turn::Count::kBindingErrors), 1U);
}

TEST(Binding, CredentialsThatNobodyAskedForAreIgnored) {
  World world;
  Client& client = world.client();
  client.realm = "elsewhere";
  client.nonce = "whatever";
  const auto reply = client.exchange(client.signed_request(Method::kBinding, transaction(4)));
  ASSERT_TRUE(reply && reply->success());
  EXPECT_FALSE(reply->has_sha1);
}

}  // namespace
}  // namespace turnpike::test
