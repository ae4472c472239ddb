// The end of allocations, and time.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using turn::CloseReason;
using turn::DropReason;

const Endpoint kPeer = endpoint("8.8.4.4:1000");

TEST(Lifetime, AnAllocationExpires_Rfc8656_5) {
  World world;
  Client& client = world.client();
  client.allocate();
  world.advance(seconds(600));
  EXPECT_EQ(world.server().allocation_count(), 0U);
  ASSERT_EQ(world.seen.deleted.size(), 1U);
  EXPECT_EQ(world.seen.deleted[0].reason, CloseReason::kExpired);
  EXPECT_EQ(world.seen.deleted[0].relayed_count, 1U);
  EXPECT_TRUE(world.sockets.empty());
  EXPECT_TRUE(world.seen.closed_clients.empty());  // UDP has nothing to close
  EXPECT_EQ(world.server().next_deadline(), kNever);
  EXPECT_EQ(client.refresh().error, 438);  // the nonce is as old
}

TEST(Lifetime, AStreamEndsWithItsExpiredAllocation) {
  World world;
  Client& client = world.client("45.33.1.1:1", Transport::kTls);
  client.allocate();
  world.advance(seconds(600));
  ASSERT_EQ(world.seen.closed_clients.size(), 1U);
  EXPECT_EQ(world.seen.closed_clients[0].tuple, client.path.tuple);
}

TEST(Lifetime, AStreamSurvivesRefreshToZero) {
  World world;
  Client& client = world.client("45.33.1.1:1", Transport::kTcp);
  client.allocate();
  client.refresh(0);
  EXPECT_TRUE(world.seen.closed_clients.empty());
  EXPECT_TRUE(client.allocate().success());
}

TEST(Lifetime, AClosedStreamEndsItsAllocation) {
  World world;
  Client& client = world.client("45.33.1.1:1", Transport::kTcp);
  client.allocate();
  const turn::SessionId session = world.server().session_at(client.path.tuple);
  world.server().on_client_gone(world.now, client.path.tuple);
  world.drain();
  ASSERT_EQ(world.seen.deleted.size(), 1U);
  EXPECT_EQ(world.seen.deleted[0].id.value, session.value);
  EXPECT_EQ(world.server().session_at(client.path.tuple).value, 0U);
  EXPECT_EQ(world.seen.deleted[0].reason, CloseReason::kClientGone);
  EXPECT_TRUE(world.seen.closed_clients.empty());
  EXPECT_TRUE(world.sockets.empty());
  world.server().on_client_gone(world.now, client.path.tuple);
  world.drain();
  EXPECT_EQ(world.seen.deleted.size(), 1U);
}

TEST(Lifetime, AnOperatorMayEndOne) {
  World world;
  Client& client = world.client("45.33.1.1:1", Transport::kTcp);
  client.allocate();
  const auto handle = client.handle();
  EXPECT_TRUE(world.server().close_allocation(world.now, handle, CloseReason::kKilled));
  world.drain();
  EXPECT_EQ(world.seen.deleted[0].reason, CloseReason::kKilled);
  EXPECT_EQ(world.seen.closed_clients.size(), 1U);
  EXPECT_FALSE(world.server().close_allocation(world.now, handle, CloseReason::kKilled));
}

TEST(Lifetime, ShutDownEndsAll) {
  World world;
  for (int i = 1; i <= 5; ++i) world.client("45.33.1.1:" + std::to_string(i)).allocate();
  world.server().shut_down(world.now);
  world.drain();
  EXPECT_EQ(world.server().allocation_count(), 0U);
  EXPECT_EQ(world.seen.deleted.size(), 5U);
  EXPECT_EQ(world.ledger.total(), 0U);
  EXPECT_TRUE(world.sockets.empty());
}

// Security test 29.
TEST(Lifetime, JumpsOfTheWallClockChangeNothing) {
  for (const auto jump : {seconds(86400), seconds(-86400)}) {
    World world;
    Client& client = world.client();
    client.allocate();
    client.bind(0x4000, kPeer);
    world.jump_wall_clock(jump);
    world.server().on_deadline(world.now);
    world.drain();
    EXPECT_EQ(world.server().allocation_count(), 1U);
    EXPECT_EQ(client.send_channel(0x4000, "x").drop, DropReason::kNone);
    world.advance(seconds(299));
    EXPECT_EQ(client.send_channel(0x4000, "x").drop, DropReason::kNone);
    world.advance(seconds(301));
    EXPECT_EQ(world.server().allocation_count(), 0U);
  }
}

TEST(Lifetime, TheNextDeadlineIsTheEarliestOfAll) {
  World world;
  EXPECT_EQ(world.server().next_deadline(), kNever);
  Client& client = world.client();
  client.allocate();
  const MonotonicTime start = world.now.monotonic;
  EXPECT_EQ(world.server().next_deadline(), start + seconds(600));
  client.permit(kPeer);
  EXPECT_EQ(world.server().next_deadline(), start + seconds(300));
  world.advance(seconds(300));
  EXPECT_EQ(world.server().next_deadline(), start + seconds(600));
}

TEST(Lifetime, ALateSweepDeletesAllThatIsDue) {
  World world;
  for (int i = 1; i <= 20; ++i) {
    Client& client = world.client("45.33.1.1:" + std::to_string(i));
    client.allocate();
    client.bind(0x4000, kPeer);
    world.advance(seconds(1));
  }
  world.advance_without_sweep(seconds(5000));
  world.server().on_deadline(world.now);
  world.drain();
  EXPECT_EQ(world.server().allocation_count(), 0U);
}

// 10^5 cycles of allocate, use and free leave nothing behind.
TEST(Lifetime, ManyCyclesLeaveNothing) {
  World world([](turn::Policy& policy) {
    policy.nonces = turn::NonceMint({Secret("k"), seconds(0), false});
  });
  Client& client = world.client();
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(client.allocate().success());
    if (i % 64 == 0) {
      ASSERT_TRUE(client.bind(0x4000, kPeer).success());
    }
    ASSERT_TRUE(client.refresh(0).success());
    world.seen = {};
    world.sent_to.clear();
  }
  EXPECT_EQ(world.server().allocation_count(), 0U);
  EXPECT_TRUE(world.sockets.empty());
  EXPECT_EQ(world.ledger.total(), 0U);
  EXPECT_EQ(world.server().next_deadline(), kNever);
  EXPECT_EQ(world.counted(turn::Count::kAllocationsCreated), 100'000U);
  EXPECT_EQ(world.counted(turn::Count::kAllocationsDeleted), 100'000U);
}

}  // namespace
}  // namespace turnpike::test
