// How allocations end, reason by reason and transport by transport.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using turn::CloseReason;

TEST(Endings, OnlyStreamsAreClosedAndOnlyWhenTheClientDidNotEndIt) {
  const std::vector<std::pair<CloseReason, bool>> cases = {
      {CloseReason::kExpired, true},     {CloseReason::kRelaySocketLost, true},
      {CloseReason::kKilled, true},      {CloseReason::kRevoked, true},
      {CloseReason::kShutdown, true},    {CloseReason::kRefreshedToZero, false},
      {CloseReason::kClientGone, false},
  };
  for (const Transport transport :
       {Transport::kUdp, Transport::kTcp, Transport::kTls, Transport::kDtls}) {
    for (const auto& [reason, closes] : cases) {
      World world;
      Client& client = world.client("45.33.1.1:1", transport);
      client.allocate();
      ASSERT_TRUE(world.server().close_allocation(world.now, client.handle(), reason));
      world.drain();
      EXPECT_EQ(world.seen.closed_clients.size(), closes && transport != Transport::kUdp ? 1U : 0U);
      ASSERT_EQ(world.seen.deleted.size(), 1U);
      EXPECT_EQ(world.seen.deleted[0].reason, reason);
      EXPECT_EQ(world.seen.deleted[0].realm, kRealm);
      EXPECT_EQ(world.seen.deleted[0].client.tuple, client.path.tuple);
    }
  }
}

TEST(Endings, BothSocketsAndAllChannelsAreClosed) {
  World world;
  Client& client = world.client();
  client.allocate([](TestRequest& r) { r.additional_family(kIpv6); });
  client.bind(0x4000, endpoint("8.8.4.4:1"));
  client.bind(0x4001, endpoint("[2a00:1450::9]:1"));
  client.refresh(0);
  EXPECT_EQ(world.seen.closed_sockets.size(), 2U);
  EXPECT_EQ(world.seen.channels_closed.size(), 2U);
  EXPECT_EQ(world.seen.deleted.at(0).relayed_count, 2);
}

TEST(Endings, ASweepTouchesOnlyWhatIsDue) {
  World world;
  Client& client = world.client();
  client.allocate();
  client.permit(endpoint("8.8.4.4:1"));
  world.advance(seconds(100));
  client.permit(endpoint("9.9.9.9:1"));
  world.advance(seconds(200));
  EXPECT_EQ(world.seen.permissions_expired, (std::vector<IpAddress>{IpAddress::v4(8, 8, 4, 4)}));
  EXPECT_EQ(client.from_peer(endpoint("9.9.9.9:1")).drop, turn::DropReason::kNone);
}

}  // namespace
}  // namespace turnpike::test
