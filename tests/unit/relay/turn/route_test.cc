// The data path allocates nothing. A program of its own, because it counts every allocation.
#include <gtest/gtest.h>

#include "tests/support/counting_new.h"
#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

TEST(Route, AllocatesNothingWhateverBecomesOfThePacket) {
  World world;
  Client& client = world.client();
  client.allocate();
  const IpAddress peer_ip = IpAddress::v4(8, 8, 4, 4);
  for (std::uint16_t i = 0; i < 100; ++i) {
    client.bind(static_cast<std::uint16_t>(0x4000 + i),
                {peer_ip, static_cast<std::uint16_t>(1 + i)});
  }
  const std::vector<std::uint8_t> bound = {0x40, 50, 0, 2, 1, 2};
  const std::vector<std::uint8_t> unbound = {0x4f, 0, 0, 2, 1, 2};
  const auto send = TestRequest(stun::MessageClass::kIndication, stun::Method::kSend, {})
                        .peer({peer_ip, 9})
                        .data(bound)
                        .bytes();
  const FiveTuple stranger{};
  const PeerAddress peer{{peer_ip, 51}};
  const PeerAddress other{{IpAddress::v4(9, 9, 9, 9), 1}};
  turn::Server& server = world.server();
  const MonotonicTime now = world.now.monotonic;
  const turn::AllocationHandle handle = client.handle();

  const std::size_t before = allocation_count();
  for (int i = 0; i < 3000; ++i) {
    server.route_channel_data(now, client.path.tuple, bound);
    server.route_channel_data(now, client.path.tuple, unbound);
    server.route_channel_data(now, stranger, bound);
    server.route_send_indication(now, client.path.tuple, send);
    server.route_from_peer(now, handle, peer, 100);
    server.route_from_peer(now, handle, other, 100);
    server.next_indication_id();
  }
  EXPECT_EQ(allocation_count(), before);
  EXPECT_EQ(world.counted(turn::Count::kClientPackets), 6000U);
  EXPECT_EQ(world.counted(turn::Count::kPeerPackets), 3000U);
}

}  // namespace
}  // namespace turnpike::test
