// What is discarded, and what is never answered: RFC 8489 section 6.3.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using stun::MessageClass;
using stun::Method;
using turn::DropReason;

TEST(Messages, ResponsesAreNeverAnswered_Rfc8489_6_3) {
  World world;
  Client& client = world.client();
  for (const MessageClass answer : {MessageClass::kSuccess, MessageClass::kError}) {
    for (const Method method : {Method::kBinding, Method::kAllocate, Method::kRefresh}) {
      EXPECT_FALSE(client.exchange(TestRequest(answer, method, transaction(1)).bytes()));
    }
  }
  EXPECT_EQ(world.dropped(DropReason::kUnexpectedMessage), 6U);
}

// Security test 7: packets with forged sources that aim one server at another must die out.
TEST(Messages, TwoServersAimedAtEachOtherFallSilent) {
  World one;
  World two;
  Client& at_one = one.client();
  Client& at_two = two.client();
  std::vector<std::uint8_t> packet =
      TestRequest(MessageClass::kRequest, Method::kAllocate, transaction(1)).bytes();
  int hops = 0;
  for (bool to_one = true; !packet.empty() && hops < 10; to_one = !to_one, ++hops) {
    const auto reply = (to_one ? at_one : at_two).exchange(packet);
    packet = reply ? reply->bytes : std::vector<std::uint8_t>();
  }
  EXPECT_EQ(hops, 2);
}

TEST(Messages, IndicationsThatNoClientSendsAreDropped) {
  World world;
  Client& client = world.client();
  for (const Method method : {Method::kData, Method::kAllocate, Method::kChannelBind}) {
    EXPECT_FALSE(
        client.exchange(TestRequest(MessageClass::kIndication, method, transaction(1)).bytes()));
  }
  EXPECT_EQ(world.dropped(DropReason::kUnexpectedMessage), 3U);
}

TEST(Messages, BindingIndicationsAreKeepAlives_Rfc8489_6_3_2) {
  World world;
  EXPECT_FALSE(world.client().exchange(
      TestRequest(MessageClass::kIndication, Method::kBinding, transaction(1)).bytes()));
  EXPECT_EQ(world.dropped(DropReason::kUnexpectedMessage), 0U);
}

TEST(Messages, UnknownMethodsAreDiscarded_Rfc8489_6_3) {
  World world;
  Client& client = world.client();
  for (const int method : {0x002, 0x006, 0x007, 0x00a, 0x00b, 0xfff}) {
    EXPECT_FALSE(client.exchange(
        TestRequest(MessageClass::kRequest, static_cast<Method>(method), transaction(1)).bytes()));
  }
  EXPECT_EQ(world.dropped(DropReason::kUnknownMethod), 6U);
}

TEST(Messages, GarbageIsCounted) {
  World world;
  Client& client = world.client();
  EXPECT_FALSE(client.exchange({0, 1, 0, 0}));
  auto bytes = TestRequest(MessageClass::kRequest, Method::kBinding, transaction(1)).bytes();
  bytes[3] = 4;
  EXPECT_FALSE(client.exchange(bytes));
  EXPECT_EQ(world.dropped(DropReason::kMalformedStun), 2U);
}

TEST(Messages, AWrongFingerprintMakesItNoMessage_Rfc8489_7_3) {
  World world;
  TestRequest request(MessageClass::kRequest, Method::kBinding, transaction(1));
  auto bytes = request.fingerprint().bytes();
  bytes.back() = static_cast<std::uint8_t>(bytes.back() ^ 1);
  EXPECT_FALSE(world.client().exchange(bytes));
  EXPECT_EQ(world.dropped(DropReason::kMalformedStun), 1U);
}

TEST(Messages, TurnIsSilentWhenOnlyStunIsServed) {
  World world([](turn::Policy& policy) { policy.serve_turn = false; });
  Client& client = world.client();
  EXPECT_FALSE(client.exchange(
      TestRequest(MessageClass::kRequest, Method::kAllocate, transaction(1)).bytes()));
  EXPECT_EQ(world.dropped(DropReason::kUnknownMethod), 1U);
}

// T21 (CVE-2026-68554).
TEST(Messages, AttributesBehindTheIntegrityAreIgnored_Rfc8489_14_5) {
  World world;
  Client& client = world.client();
  client.allocate();
  client.fingerprint = false;
  auto bytes = client.signed_request(Method::kRefresh, transaction(77));
  const std::vector<std::uint8_t> lifetime_zero = {0x00, 0x0d, 0, 4, 0, 0, 0, 0};
  bytes.insert(bytes.end(), lifetime_zero.begin(), lifetime_zero.end());
  store_be16(bytes.data() + 2, static_cast<std::uint16_t>(bytes.size() - 20));
  const auto reply = client.exchange(bytes);
  ASSERT_TRUE(reply && reply->success());
  EXPECT_EQ(reply->lifetime, 600U);
  EXPECT_EQ(world.server().allocation_count(), 1U);
}

TEST(Messages, UnknownAttributesOfTurnRequestsAreListedInASignedReply) {
  World world;
  Client& client = world.client();
  const auto reply = client.allocate([](TestRequest& request) {
    request.raw(0x0026, {0, 0, 0, 0});
  });
  EXPECT_EQ(reply.error, 420);
  EXPECT_EQ(reply.unknown, (std::vector<std::uint16_t>{0x0026}));
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
  EXPECT_EQ(world.server().allocation_count(), 0U);
}

TEST(Messages, MoreUnknownAttributesThanFitAreCutShort) {
  World world;
  TestRequest request(MessageClass::kRequest, Method::kBinding, transaction(1));
  for (std::uint16_t type = 0x6000; type < 0x6100; ++type) request.raw(type, {});
  const auto reply = world.client().exchange(request.bytes());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->unknown.size(), 16U);
}

}  // namespace
}  // namespace turnpike::test
