// What the shell is told: answers, sessions, and changes of policy.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using turn::Count;

const Endpoint kPeer = endpoint("8.8.4.4:1000");

TEST(Effects, EveryAnsweredRequestIsTold) {
  World world;
  Client& client = world.client();
  client.allocate();
  client.bind(0x1000, kPeer);
  client.refresh(0);
  ASSERT_EQ(world.seen.answers.size(), 4U);
  EXPECT_EQ(world.seen.answers[0].error, 401);
  EXPECT_EQ(world.seen.answers[0].session, 0U);
  EXPECT_EQ(world.seen.answers[1].error, 0);
  EXPECT_EQ(world.seen.answers[1].session, world.seen.created[0].session.id.value);
  EXPECT_EQ(world.seen.answers[1].user, "alice");
  EXPECT_EQ(world.seen.answers[2].error, 400);
  EXPECT_EQ(world.seen.answers[2].method, stun::Method::kChannelBind);
  EXPECT_EQ(world.seen.answers[3].method, stun::Method::kRefresh);
  EXPECT_EQ(world.counted(Count::kError401), 1U);
  EXPECT_EQ(world.counted(Count::kError400), 1U);
  EXPECT_EQ(world.counted(Count::kRefreshes), 1U);
}

TEST(Effects, PermissionsAreToldInTheirInternalForm) {
  World world;
  Client& alice = world.client("45.33.1.1:1");
  Client& bob = world.client("45.33.1.2:1");
  alice.allocate();
  bob.allocate();
  alice.permit(bob.socket()->advertised);
  EXPECT_EQ(world.seen.permissions_installed, (std::vector<IpAddress>{kRelayInternal}));
}

TEST(Effects, AReplyThatDoesNotFitIsCountedAndNotSent) {
  World world([](turn::Policy& policy) {
    policy.software = std::string(763, 's');
    policy.realm = std::string(700, 'r');
  });
  Client& client = world.client("45.33.1.1:1", Transport::kTcp);
  EXPECT_FALSE(client.try_call(stun::Method::kAllocate));
  EXPECT_EQ(world.dropped(turn::DropReason::kReplyTooLarge), 1U);
}

TEST(Effects, ANewPolicyHoldsFromTheNextCallOn) {
  World world;
  Client& client = world.client();
  client.allocate();
  world.change_policy([](turn::Policy& policy) {
    policy.udp_relay = false;
    policy.lifetimes.permission = seconds(10);
  });
  EXPECT_EQ(world.client("45.33.1.1:2").allocate().error, 442);
  EXPECT_TRUE(client.permit(kPeer).success());
  world.advance(seconds(10));
  EXPECT_EQ(client.from_peer(kPeer).drop, turn::DropReason::kNoPermission);
}

TEST(Effects, ANewRealmAsksForTheCredentialAgain) {
  World world;
  Client& client = world.client();
  client.allocate();
  world.change_policy([](turn::Policy& policy) { policy.realm = "new.example"; });
  const auto reply = client.refresh();
  EXPECT_EQ(reply.error, 401);
  EXPECT_EQ(reply.realm, "new.example");
  client.refresh(0);
  EXPECT_EQ(world.ledger.total(), 1U);
  world.advance(seconds(600));
  EXPECT_EQ(world.ledger.total(), 0U);  // released under the realm it was taken in
}

}  // namespace
}  // namespace turnpike::test
