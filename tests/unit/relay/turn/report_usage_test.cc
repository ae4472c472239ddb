#include <gtest/gtest.h>

#include "relay/turn/usage.h"
#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

const Endpoint kPeer = endpoint("8.8.4.4:1000");

TEST(Usage, DifferenceIsPerCounter) {
  const turn::Usage total{1, 2, 3, 4, 5, 6, 7, 8};
  const turn::Usage before{1, 1, 1, 1, 1, 1, 1, 1};
  EXPECT_EQ(turn::difference(total, nullptr).peer_sent_bytes, 8U);
  const turn::Usage rest = turn::difference(total, &before);
  EXPECT_EQ(rest.received_packets, 0U);
  EXPECT_EQ(rest.received_bytes, 1U);
  EXPECT_EQ(rest.sent_packets, 2U);
  EXPECT_EQ(rest.sent_bytes, 3U);
  EXPECT_EQ(rest.peer_received_packets, 4U);
  EXPECT_EQ(rest.peer_received_bytes, 5U);
  EXPECT_EQ(rest.peer_sent_packets, 6U);
  EXPECT_EQ(rest.peer_sent_bytes, 7U);
}

TEST(ReportUsage, ComesEvery4096Packets) {
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

TEST(ReportUsage, OfMoreAllocationsThanTheListHoldsComesLater) {
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

TEST(AllocationDeleted, TellsWhenItBeganAndWhomItCouldReach) {
  World world;
  Client& client = world.client();
  client.allocate();
  client.bind(0x4000, kPeer);
  client.bind(0x4000, kPeer);  // refreshed
  for (int i = 1; i <= 9; ++i)
    client.bind(static_cast<std::uint16_t>(0x4000 + i),
                endpoint("8.8.8." + std::to_string(i) + ":1000"));
  client.refresh(0);
  const turn::AllocationDeleted& deleted = world.seen.deleted.at(0);
  EXPECT_GT(deleted.started_s, 0);
  ASSERT_EQ(deleted.peers.size(), turn::kMaxNotedPeers);
  EXPECT_EQ(deleted.peers[0], kPeer.ip);
  EXPECT_EQ(deleted.permissions, 10U);
}

}  // namespace
}  // namespace turnpike::test
