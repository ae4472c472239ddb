// The contract of driving the core; what it decides is in tests/scenario.
#include "relay/turn/server.h"

#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::turn {
namespace {

TEST(Server, SendIndicationsAreToldByTheirFirstBytes) {
  const std::vector<std::uint8_t> send = {0x00, 0x16, 0, 0};
  const std::vector<std::uint8_t> data = {0x00, 0x17, 0, 0};
  EXPECT_TRUE(is_send_indication(send));
  EXPECT_FALSE(is_send_indication(data));
  EXPECT_FALSE(is_send_indication(Bytes(send).first(1)));
}

TEST(ServerDeathTest, AnOutboxThatWasNotDrainedIsABug) {
  test::World world;
  Outbox outbox;
  Policy policy;
  Server server({.digests = world.digests,
                 .rng = world.rng,
                 .quotas = world.ledger,
                 .addresses = world.addresses,
                 .counters = world.counters,
                 .seed = {}},
                &policy, outbox);
  outbox.push(CloseRelaySocket{{1}});
  EXPECT_DEATH(server.shut_down(world.now), "empty");
}

TEST(Server, CallsAboutNobodyAreHarmless) {
  test::World world;
  const AllocationHandle nobody;
  EXPECT_FALSE(world.server().close_allocation(world.now, nobody, CloseReason::kKilled));
  world.server().on_relay_socket_failed(world.now, nobody, AddressFamily::kIpv4,
                                        RelaySocketFailure::kSystem);
  world.server().on_peer_unreachable(world.now, nobody, {}, 3, 3, 0);
  world.server().on_deadline(world.now);
  world.server().report_usage();
  EXPECT_EQ(world.server().route_from_peer(world.now.monotonic, nobody, {}, 1).drop,
            DropReason::kNoAllocation);
  EXPECT_TRUE(world.server().check_consistent());
}

TEST(Server, ManySocketsForOneAllocationAreClosedButOne) {
  test::World world;
  test::Client& client = world.client();
  client.allocate();
  RelaySocketOpened late{.socket = {999},
                         .family = AddressFamily::kIpv4,
                         .internal = {},
                         .advertised = {},
                         .reservation = std::nullopt};
  world.sockets[999] = {{999}, client.handle(), {test::kRelayInternal, 1}, {}};
  world.server().on_relay_socket_opened(world.now, client.handle(), late);
  world.drain();
  EXPECT_EQ(world.sockets.size(), 1U);
  EXPECT_FALSE(world.sockets.contains(999));
}

}  // namespace
}  // namespace turnpike::turn
