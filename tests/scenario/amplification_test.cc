// What a stranger with a forged source can make the relay send (security test 6).
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using stun::MessageClass;
using stun::Method;
using turn::DropReason;

std::vector<std::uint8_t> bare(Method method) {
  return TestRequest(MessageClass::kRequest, method, transaction(1)).bytes();
}

TEST(Amplification, RepliesToStrangersAreShort) {
  World world;
  Client& client = world.client();
  EXPECT_LE(client.exchange(bare(Method::kBinding))->bytes.size(), 32U);
  // ERROR-CODE 8, REALM 16, NONCE 28.
  EXPECT_LE(client.exchange(bare(Method::kAllocate))->bytes.size(), 72U);
}

TEST(Amplification, BeyondTheBudgetNothingIsSent) {
  World world([](turn::Policy& policy) { policy.challenges = {.replies_per_s = 10, .burst = 50}; });
  Client& client = world.client();
  int answered = 0;
  for (int i = 0; i < 1000; ++i) answered += client.exchange(bare(Method::kAllocate)).has_value();
  EXPECT_EQ(answered, 50);
  EXPECT_EQ(world.dropped(DropReason::kChallengeLimit), 950U);
  EXPECT_EQ(world.sent_to.size(), 50U);
  EXPECT_EQ(world.seen.answers.size(), 50U);
  world.advance(seconds(1));
  answered = 0;
  for (int i = 0; i < 1000; ++i) answered += client.exchange(bare(Method::kBinding)).has_value();
  EXPECT_EQ(answered, 10);
}

TEST(Amplification, TheBudgetCoversEveryUnauthenticatedReply) {
  World world([](turn::Policy& policy) { policy.challenges = {.replies_per_s = 1, .burst = 4}; });
  Client& client = world.client();
  EXPECT_TRUE(client.exchange(bare(Method::kBinding)));
  TestRequest unknown(MessageClass::kRequest, Method::kBinding, transaction(2));
  EXPECT_TRUE(client.exchange(unknown.raw(0x7000, {}).bytes()));
  client.realm = kRealm;
  client.nonce = "x";
  client.password = "wrong";
  EXPECT_TRUE(client.try_call(Method::kAllocate));
  TestRequest parts(MessageClass::kRequest, Method::kAllocate, transaction(3));
  EXPECT_TRUE(client.exchange(parts.sign_sha1(world.digests, {}).bytes()));
  EXPECT_FALSE(client.exchange(bare(Method::kBinding)));
  EXPECT_FALSE(client.try_call(Method::kAllocate));
}

TEST(Amplification, OtherSourcesHaveTheirOwnBudget) {
  World world([](turn::Policy& policy) { policy.challenges = {.replies_per_s = 1, .burst = 1}; });
  EXPECT_TRUE(world.client("45.33.1.1:1").exchange(bare(Method::kBinding)));
  EXPECT_FALSE(world.client("45.33.1.1:2").exchange(bare(Method::kBinding)));
  EXPECT_TRUE(world.client("45.33.1.2:1").exchange(bare(Method::kBinding)));
}

TEST(Amplification, WhoHasProvenHimselfHasNoBudget) {
  World world([](turn::Policy& policy) { policy.challenges = {.replies_per_s = 1, .burst = 2}; });
  Client& client = world.client();
  client.allocate();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(client.refresh().success());
}

TEST(Amplification, StreamsHaveNoBudget) {
  World world([](turn::Policy& policy) { policy.challenges = {.replies_per_s = 1, .burst = 1}; });
  Client& client = world.client("45.33.1.1:1", Transport::kTcp);
  for (int i = 0; i < 20; ++i) {
    const auto reply = client.exchange(bare(Method::kAllocate));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->software, "Turnpike");
  }
}

// Security test 10: strangers leave no state.
TEST(Amplification, AHundredThousandStrangersLeaveNothing) {
  World world;
  const auto request = bare(Method::kAllocate);
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    const Endpoint from{IpAddress::v4(0x2d000000 + i), 1};
    world.deliver({{ClientAddress{from}, ServerAddress{{kListenerIp, 3478}}, Transport::kUdp}, 0},
                  request);
    world.seen = {};
    world.sent_to.clear();
  }
  EXPECT_EQ(world.server().allocation_count(), 0U);
  EXPECT_EQ(world.server().next_deadline(), kNever);
}

}  // namespace
}  // namespace turnpike::test
