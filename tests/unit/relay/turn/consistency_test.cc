// check_consistent() in each state of an allocation's life. That it can say no is seen where the
// tables break it: each table's own test.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

TEST(Consistency, HoldsInEveryState) {
  World world;
  Client& client = world.client();
  EXPECT_TRUE(world.server().check_consistent());
  client.try_call(stun::Method::kRefresh);
  world.hold_opens = true;
  client.try_call(stun::Method::kAllocate,
                  [](TestRequest& r) { r.transport(kUdp).additional_family(kIpv6); });
  EXPECT_TRUE(world.server().check_consistent());
  world.answer_open();
  EXPECT_TRUE(world.server().check_consistent());
  world.answer_open(turn::RelaySocketFailure::kNoPortFree);
  EXPECT_TRUE(world.server().check_consistent());
  client.bind(0x4000, endpoint("8.8.4.4:1"));
  EXPECT_TRUE(world.server().check_consistent());
  world.advance_without_sweep(seconds(10'000));
  EXPECT_TRUE(world.server().check_consistent());
  world.server().on_deadline(world.now);
  world.drain();
  EXPECT_TRUE(world.server().check_consistent());
  EXPECT_EQ(world.server().allocation_count(), 0U);
}

}  // namespace
}  // namespace turnpike::test
