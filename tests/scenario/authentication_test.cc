// The long-term credential mechanism: RFC 8489 section 9.2, and shared-secret user names.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using credentials::Refusal;
using stun::AttributeType;
using stun::MessageClass;
using stun::Method;
using turn::AuthFailure;

std::vector<std::uint8_t> bare(Method method) {
  return TestRequest(MessageClass::kRequest, method, transaction(1)).bytes();
}

TEST(Authentication, RequestsWithoutIntegrityAreChallenged_Rfc8489_9_2_4) {
  World world;
  Client& client = world.client();
  for (const Method method :
       {Method::kAllocate, Method::kRefresh, Method::kCreatePermission, Method::kChannelBind}) {
    const auto reply = client.exchange(bare(method));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->error, 401);
    EXPECT_EQ(reply->realm, kRealm);
    EXPECT_TRUE(reply->nonce);
    EXPECT_FALSE(reply->has_sha1);
    EXPECT_FALSE(reply->software);
    EXPECT_EQ(reply->reason, "");
  }
  EXPECT_EQ(world.counted(turn::Count::kChallenges), 4U);
  EXPECT_EQ(world.counted(turn::Count::kError401), 4U);
}

TEST(Authentication, GoodCredentialsAreAcceptedAndTheReplyIsSigned_Rfc8489_9_2_4) {
  World world;
  Client& client = world.client();
  const auto reply = client.allocate();
  EXPECT_TRUE(reply.success());
  EXPECT_TRUE(reply.has_sha1);
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
  EXPECT_EQ(reply.software, "Turnpike");
  EXPECT_FALSE(reply.nonce);
}

TEST(Authentication, AWrongPasswordIs401) {
  World world;
  Client& client = world.client();
  client.password = "wrong";
  const auto reply = client.allocate();
  EXPECT_EQ(reply.error, 401);
  EXPECT_TRUE(reply.nonce);
  EXPECT_FALSE(reply.has_sha1);
  EXPECT_EQ(world.seen.answers.back().auth, AuthFailure::kRefused);
  EXPECT_EQ(world.seen.answers.back().refusal, Refusal::kWrongPassword);
  EXPECT_EQ(world.counted(turn::Count::kRefusedWrongPassword), 1U);
}

TEST(Authentication, AnUnknownUserGetsTheSameReplyAsAWrongPassword) {
  World world;
  Client& wrong = world.client("45.33.1.1:1", Transport::kUdp, "alice");
  wrong.password = "wrong";
  Client& unknown = world.client("45.33.1.1:2", Transport::kUdp, "zelda");
  const auto first = wrong.allocate();
  const auto second = unknown.allocate();
  EXPECT_EQ(second.error, 401);
  EXPECT_EQ(first.bytes.size(), second.bytes.size());
  EXPECT_EQ(world.seen.answers.back().user, "zelda");
}

TEST(Authentication, MissingPartsAre400WithoutAChallenge_Rfc8489_9_2_4) {
  World world;
  Client& client = world.client();
  client.allocate();
  const auto part = [&](int left_out) {
    TestRequest request(MessageClass::kRequest, Method::kRefresh, transaction(9));
    if (left_out != 0) request.text(AttributeType::kUsername, client.user);
    if (left_out != 1) request.text(AttributeType::kRealm, client.realm);
    if (left_out != 2) request.text(AttributeType::kNonce, client.nonce);
    request.sign_sha1(world.digests, client.key().view());
    return client.exchange(request.bytes());
  };
  for (const int left_out : {0, 1, 2}) {
    const auto reply = part(left_out);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->error, 400) << left_out;
    EXPECT_FALSE(reply->nonce);
    EXPECT_FALSE(reply->has_sha1);
  }
}

TEST(Authentication, AnotherRealmIsChallengedWithOurs) {
  World world;
  Client& client = world.client();
  client.try_call(Method::kAllocate);
  client.realm = "elsewhere.example";
  const auto reply = client.allocate();
  EXPECT_EQ(reply.error, 401);
  EXPECT_EQ(reply.realm, kRealm);
  EXPECT_EQ(world.seen.answers.back().auth, AuthFailure::kWrongRealm);
  EXPECT_EQ(world.counted(turn::Count::kRefusedWrongRealm), 1U);
}

TEST(Authentication, AStaleNonceIs438WithAFreshOneAndSigned_Rfc8489_9_2_4) {
  World world;
  Client& client = world.client();
  client.allocate();
  world.advance(seconds(599));
  client.refresh();
  world.advance(seconds(10));
  const std::string old = client.nonce;
  const auto reply = client.refresh();
  EXPECT_EQ(reply.error, 438);
  ASSERT_TRUE(reply.nonce);
  EXPECT_NE(*reply.nonce, old);
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
  EXPECT_EQ(world.seen.answers.back().auth, AuthFailure::kStaleNonce);
  client.nonce = *reply.nonce;
  EXPECT_TRUE(client.refresh().success());
}

// Security test 9.
TEST(Authentication, ANonceIsOfNoUseFromAnotherAddress) {
  World world;
  Client& owner = world.client("45.33.1.1:1");
  owner.allocate();
  Client& thief = world.client("45.33.1.2:1");
  thief.realm = owner.realm;
  thief.nonce = owner.nonce;
  const auto reply = thief.allocate();
  EXPECT_EQ(reply.error, 438);
  EXPECT_EQ(world.seen.answers.back().auth, AuthFailure::kForgedNonce);
  EXPECT_EQ(world.server().allocation_count(), 1U);
}

TEST(Authentication, AForgedNonceWithAWrongPasswordIs401) {
  World world;
  Client& client = world.client();
  client.realm = kRealm;
  client.nonce = "0123456789abcdef01234567";
  client.password = "wrong";
  EXPECT_EQ(client.allocate().error, 401);
}

TEST(Authentication, SharedSecretNamesWork) {
  World world;
  Client& client = world.client("45.33.1.1:1", Transport::kUdp, "1767229200:carol");
  client.password =
      credentials::rest_password(world.digests, Secret("north"), "1767229200:carol").reveal();
  EXPECT_TRUE(client.allocate().success());
}

TEST(Authentication, AnExpiredNameIs401AndSaysHowLong) {
  World world;
  Client& client = world.client("45.33.1.1:1", Transport::kUdp, "1767225590:carol");
  client.password =
      credentials::rest_password(world.digests, Secret("north"), "1767225590:carol").reveal();
  EXPECT_EQ(client.allocate().error, 401);
  EXPECT_EQ(world.seen.answers.back().refusal, Refusal::kExpired);
  EXPECT_EQ(world.seen.answers.back().expired_for_s, 10);
  EXPECT_EQ(world.counted(turn::Count::kRefusedExpired), 1U);
}

// Security test 18: a call outlives its credential, but cannot be begun again with it.
TEST(Authentication, AnAllocationIsKeptAliveBeyondItsCredential) {
  World world;
  Client& client = world.client("45.33.1.1:1", Transport::kUdp, "1767225660:carol");
  client.password =
      credentials::rest_password(world.digests, Secret("north"), "1767225660:carol").reveal();
  ASSERT_TRUE(client.allocate().success());
  world.advance(seconds(120));
  EXPECT_TRUE(client.refresh().success());
  EXPECT_TRUE(client.permit(endpoint("8.8.4.4:5")).success());
  EXPECT_TRUE(client.refresh(0).success());
  EXPECT_EQ(client.allocate().error, 401);
}

TEST(Authentication, TheUserOfAnotherAllocationIsNoPass) {
  World world;
  Client& client = world.client();
  client.allocate();
  client.password = "wrong";
  EXPECT_EQ(client.refresh().error, 401);
}

TEST(Authentication, Sha256IsOfferedAndUsedWhenConfigured_Rfc8489_9_2_4) {
  World world([](turn::Policy& policy) {
    policy.offer_sha256 = true;
    policy.nonces = turn::NonceMint({Secret("nonce key"), seconds(600), true});
  });
  Client& client = world.client();
  const auto challenge = client.exchange(bare(Method::kAllocate));
  EXPECT_EQ(challenge->password_algorithms, (std::vector<std::uint8_t>{0, 2, 0, 0, 0, 1, 0, 0}));
  client.sha256 = true;
  const auto reply = client.allocate();
  EXPECT_TRUE(reply.success());
  EXPECT_TRUE(reply.has_sha256);
  EXPECT_FALSE(reply.has_sha1);
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
  EXPECT_TRUE(client.refresh().success());
}

TEST(Authentication, OldClientsGoOnWithMd5WhenSha256IsOffered_Rfc8489_9_2_4) {
  World world([](turn::Policy& policy) { policy.offer_sha256 = true; });
  Client& client = world.client();
  const auto reply = client.allocate();
  EXPECT_TRUE(reply.success());
  EXPECT_TRUE(reply.has_sha1);
}

TEST(Authentication, BiddingDownIs400_Rfc8489_9_2_4) {
  World world([](turn::Policy& policy) { policy.offer_sha256 = true; });
  Client& client = world.client();
  const auto with = [&](const std::vector<std::uint8_t>& offered, std::uint8_t chosen) {
    return client.allocate([&](TestRequest& request) {
      if (!offered.empty()) request.raw(0x8002, offered);
      if (chosen != 0) request.raw(0x001d, {0, chosen, 0, 0});
    });
  };
  EXPECT_EQ(with({0, 1, 0, 0}, 1).error, 400);              // the stronger one was taken out
  EXPECT_EQ(with({0, 2, 0, 0, 0, 1, 0, 0}, 0).error, 400);  // offered, none chosen
  EXPECT_EQ(with({}, 1).error, 400);                        // chosen, none offered
  EXPECT_EQ(with({0, 2, 0, 0, 0, 1, 0, 0}, 7).error, 400);  // not one of those
  EXPECT_TRUE(with({0, 2, 0, 0, 0, 1, 0, 0}, 1).success());
}

TEST(Authentication, UserhashIsNotOfferedAndSaidSo_Rfc8489_14_4) {
  World world;
  Client& client = world.client();
  TestRequest request(MessageClass::kRequest, Method::kAllocate, transaction(1));
  request.raw(0x001e, std::vector<std::uint8_t>(32, 1)).text(AttributeType::kRealm, kRealm);
  request.text(AttributeType::kNonce, "n").sign_sha1(world.digests, client.key().view());
  const auto reply = client.exchange(request.bytes());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->error, 420);
  EXPECT_EQ(reply->unknown, (std::vector<std::uint16_t>{0x001e}));
}

TEST(Authentication, NoAuthServesEverybody) {
  World world([](turn::Policy& policy) { policy.authentication = false; });
  Client& client = world.client();
  const auto reply = client.allocate();
  EXPECT_TRUE(reply.success());
  EXPECT_FALSE(reply.has_sha1);
  EXPECT_TRUE(client.permit(endpoint("8.8.4.4:1")).success());
  EXPECT_TRUE(client.refresh(0).success());
}

// T30: nothing is kept, nothing is counted against anybody, before the integrity has held.
TEST(Authentication, NothingChangesBeforeItSucceeds) {
  World world;
  Client& client = world.client();
  client.password = "wrong";
  client.allocate();
  client.exchange(bare(Method::kAllocate));
  EXPECT_EQ(world.server().allocation_count(), 0U);
  EXPECT_EQ(world.ledger.total(), 0U);
  EXPECT_EQ(world.server().next_deadline(), kNever);
  EXPECT_TRUE(world.seen.opens.empty());
}

TEST(Authentication, ReasonPhrasesGoToStrangersOnlyWhenConfigured) {
  World world([](turn::Policy& policy) { policy.reason_phrases = true; });
  EXPECT_EQ(world.client().exchange(bare(Method::kAllocate))->reason, "Unauthenticated");
  World quiet;
  Client& client = quiet.client();
  client.allocate();
  EXPECT_EQ(client.bind(0x1000, endpoint("8.8.4.4:1")).reason, "Bad Request");
}

}  // namespace
}  // namespace turnpike::test
