// Credentials that are taken back, and sessions as an operator sees them.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using credentials::Refusal;
using credentials::RevocationKind;
using turn::CloseReason;

Client& timed(World& world, std::string_view address, std::string user) {
  Client& client = world.client(address, Transport::kUdp, user);
  client.password =
      credentials::rest_password(world.digests, Secret("north"), client.user).reveal();
  return client;
}

TEST(Revocation, EndsWhatLivesOnTheCredentialAndRefusesTheNext) {
  World world;
  Client& dave = timed(world, "45.33.1.1:1", "1767229200:dave");
  Client& erin = timed(world, "45.33.1.1:2", "1767229200:erin");
  EXPECT_TRUE(dave.allocate().success());
  EXPECT_TRUE(erin.allocate().success());
  EXPECT_TRUE(dave.bind(0x4000, endpoint("45.33.7.7:9")).success());

  EXPECT_EQ(world.revoke(RevocationKind::kUser, "dave"), 1U);
  ASSERT_EQ(world.seen.deleted.size(), 1U);
  EXPECT_EQ(world.seen.deleted[0].user, "1767229200:dave");
  EXPECT_EQ(world.seen.deleted[0].reason, CloseReason::kRevoked);
  EXPECT_EQ(world.sockets.size(), 1U);
  EXPECT_NE(dave.send_channel(0x4000, "x").drop, turn::DropReason::kNone);

  EXPECT_EQ(dave.allocate().error, 401);
  EXPECT_EQ(world.seen.answers.back().refusal, Refusal::kRevoked);
  EXPECT_EQ(world.counted(turn::Count::kRefusedRevoked), 1U);
  EXPECT_TRUE(erin.refresh().success());
}

TEST(Revocation, HoldsForUsersOfTheConfigToo) {
  World world;
  Client& alice = world.client();
  EXPECT_TRUE(alice.allocate().success());
  EXPECT_EQ(world.revoke(RevocationKind::kUser, "alice"), 1U);
  EXPECT_EQ(alice.allocate().error, 401);
}

TEST(Revocation, OfASessionEndsAllItsParticipants) {
  World world;
  EXPECT_TRUE(timed(world, "45.33.1.1:1", "1767229200:s1:dave").allocate().success());
  EXPECT_TRUE(timed(world, "45.33.1.1:2", "1767229200:s1:erin").allocate().success());
  EXPECT_TRUE(timed(world, "45.33.1.1:3", "1767229200:s2:dave").allocate().success());
  EXPECT_EQ(world.revoke(RevocationKind::kSession, "s1"), 2U);
  EXPECT_EQ(world.server().allocation_count(), 1U);
}

TEST(Revocation, ClosesTheStreamOfItsClient) {
  World world;
  Client& alice = world.client("45.33.1.1:1", Transport::kTcp);
  EXPECT_TRUE(alice.allocate().success());
  world.revoke(RevocationKind::kUser, "alice");
  ASSERT_EQ(world.seen.closed_clients.size(), 1U);
}

TEST(Revocation, OfAnAllocationThatIsStillOpeningLeavesNothingBehind) {
  World world;
  world.hold_opens = true;
  Client& alice = world.client();
  EXPECT_FALSE(alice.try_call(stun::Method::kAllocate,
                              [](TestRequest& request) { request.transport(kUdp); }));
  EXPECT_EQ(world.revoke(RevocationKind::kUser, "alice"), 1U);
  world.answer_open();
  EXPECT_EQ(world.server().allocation_count(), 0U);
  EXPECT_TRUE(world.sockets.empty());
}

TEST(Revocation, IsForgottenWhenItsTimeHasPassedOrItIsLifted) {
  World world;
  Client& alice = world.client();
  world.revoke(RevocationKind::kUser, "alice");
  EXPECT_EQ(world.server().revocation_count(), 1U);
  EXPECT_EQ(alice.allocate().error, 401);
  world.server().on_revocation_lifted(RevocationKind::kUser, "alice");
  EXPECT_TRUE(alice.allocate().success());

  world.revoke(RevocationKind::kUser, "bob");
  world.jump_wall_clock(seconds(86401));
  world.server().expire_revocations(world.now.wall);
  EXPECT_EQ(world.server().revocation_count(), 0U);
  EXPECT_TRUE(world.client("45.33.1.1:2", Transport::kUdp, "bob").allocate().success());
}

TEST(Revocation, ARuleThatIsKnownAlreadyEndsNothing) {
  World world;
  world.revoke(RevocationKind::kUser, "alice");
  EXPECT_EQ(world.revoke(RevocationKind::kUser, "alice"), 0U);
}

TEST(Sessions, AreListedByUserAndSession) {
  World world;
  EXPECT_TRUE(world.client("45.33.1.1:1").allocate().success());
  EXPECT_TRUE(timed(world, "45.33.1.1:2", "1767229200:s1:dave").allocate().success());
  EXPECT_TRUE(timed(world, "45.33.1.1:3", "1767229200:s1:erin").allocate().success());
  const auto list = [&world](turn::SessionFilter filter) {
    return world.server().sessions(world.now.monotonic, filter);
  };
  EXPECT_EQ(list({}).size(), 3U);
  EXPECT_EQ(list({.user = "", .session = "", .limit = 2}).size(), 2U);
  EXPECT_EQ(list({.user = "", .session = "s1"}).size(), 2U);
  EXPECT_EQ(list({.user = "1767229200:s1:dave", .session = ""}).size(), 1U);
  const auto alice = list({.user = "alice", .session = ""});
  ASSERT_EQ(alice.size(), 1U);
  EXPECT_EQ(alice[0].user, "alice");
  EXPECT_EQ(alice[0].realm, kRealm);
  EXPECT_EQ(alice[0].expires_in, seconds(600));
  EXPECT_EQ(alice[0].client.tuple.client.value, endpoint("45.33.1.1:1"));
  ASSERT_EQ(alice[0].relayed.size(), 1U);
  EXPECT_EQ(alice[0].relayed[0].value.ip, kRelayAdvertised);
  EXPECT_GT(alice[0].usage.received_packets, 0U);
}

TEST(Sessions, OneCanBeEndedByItsNumber) {
  World world;
  EXPECT_TRUE(world.client().allocate().success());
  const turn::SessionId id = world.seen.created[0].session.id;
  EXPECT_FALSE(world.server().close_session(world.now, {id.value + 1}, CloseReason::kKilled));
  EXPECT_TRUE(world.server().close_session(world.now, id, CloseReason::kKilled));
  EXPECT_EQ(world.server().allocation_count(), 0U);
}

}  // namespace
}  // namespace turnpike::test
