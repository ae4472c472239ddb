// What the shell is told: usage, answers, sessions, and the order of effects.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using turn::Count;

const Endpoint kPeer = endpoint("8.8.4.4:1000");

TEST(Effects, UsageIsReportedEvery4096Packets) {
  World world;
  Client& client = world.client();
  client.allocate();
  client.bind(0x4000, kPeer);
  for (int i = 0; i < 2047; ++i) client.send_channel(0x4000, "12345");
  world.server().report_usage();
  world.drain();
  EXPECT_TRUE(world.seen.reports.empty());
  client.from_peer(kPeer, 9);
  world.server().report_usage();
  world.drain();
  ASSERT_EQ(world.seen.reports.size(), 1U);
  EXPECT_EQ(world.seen.reports[0].peer_sent_packets, 2047U);
  EXPECT_EQ(world.seen.reports[0].peer_sent_bytes, 2047U * 5);
  EXPECT_EQ(world.seen.reports[0].peer_received_bytes, 9U);
  world.server().report_usage();
  world.drain();
  EXPECT_EQ(world.seen.reports.size(), 1U);

  client.send_channel(0x4000, "1");
  client.refresh(0);
  const turn::AllocationDeleted& deleted = world.seen.deleted.at(0);
  EXPECT_EQ(deleted.total.peer_sent_packets, 2048U);
  EXPECT_EQ(deleted.since_report.peer_sent_packets, 1U);
  EXPECT_EQ(deleted.since_report.peer_received_packets, 0U);
}

TEST(Effects, UsageOfMoreAllocationsThanTheListHoldsComesLater) {
  World world([](turn::Policy& policy) { policy.challenges.replies_per_s = 0; });
  std::vector<Client*> clients;
  for (int i = 1; i <= 70; ++i) {
    clients.push_back(&world.client("45.33.1.1:" + std::to_string(i)));
    clients.back()->allocate();
    clients.back()->bind(0x4000, kPeer);
    const auto handle = clients.back()->handle();
    for (int k = 0; k < 2048; ++k) {
      world.server().route_from_peer(world.now.monotonic, handle, PeerAddress{kPeer}, 1);
    }
  }
  world.server().report_usage();
  world.drain();
  EXPECT_EQ(world.seen.reports.size(), 64U);
  for (Client* client : clients) client->send_channel(0x4000, "x");
  world.server().report_usage();
  world.drain();
  EXPECT_EQ(world.seen.reports.size(), 70U);
}

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
