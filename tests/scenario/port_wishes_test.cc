// EVEN-PORT and RESERVATION-TOKEN: RFC 8656 sections 7.2, 18.7 and 18.10.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using turn::PortWish;

TEST(PortWishes, EvenPortIsEven_Rfc8656_18_7) {
  World world;
  world.client("45.33.1.1:1").allocate();
  const auto reply =
      world.client("45.33.1.1:2").allocate([](TestRequest& r) { r.even_port(false); });
  EXPECT_EQ(reply.relayed[0].port % 2, 0);
  EXPECT_FALSE(reply.token);
  EXPECT_EQ(world.seen.opens.back().wish, PortWish::kEven);
}

TEST(PortWishes, TheNextPortIsReservedAndRedeemed_Rfc8656_7_2) {
  World world;
  const auto first =
      world.client("45.33.1.1:1").allocate([](TestRequest& r) { r.even_port(true); });
  ASSERT_TRUE(first.token);
  const auto second =
      world.client("45.33.1.1:2").allocate([&](TestRequest& r) { r.token(*first.token); });
  ASSERT_TRUE(second.success());
  EXPECT_EQ(second.relayed[0].port, first.relayed[0].port + 1);
  EXPECT_FALSE(second.token);
}

TEST(PortWishes, AReservationKeepsItsFamily_Rfc8656_7_2) {
  World world;
  const auto first =
      world.client("45.33.1.1:1").allocate([](TestRequest& r) { r.family(kIpv6).even_port(true); });
  ASSERT_TRUE(first.token);
  Client& client = world.client("45.33.1.1:2");
  const auto second = client.allocate([&](TestRequest& r) { r.token(*first.token); });
  ASSERT_TRUE(second.success());
  EXPECT_EQ(second.relayed[0].ip, kRelayV6);
  EXPECT_TRUE(client.permit(endpoint("[2a00:1450::9]:1")).success());
}

TEST(PortWishes, AnUnknownOrUsedTokenIs508_Rfc8656_7_2) {
  World world;
  EXPECT_EQ(world.client("45.33.1.1:1").allocate([](TestRequest& r) { r.token({}); }).error, 508);
  const auto first =
      world.client("45.33.1.1:2").allocate([](TestRequest& r) { r.even_port(true); });
  const auto redeem = [&](TestRequest& r) { r.token(*first.token); };
  EXPECT_TRUE(world.client("45.33.1.1:3").allocate(redeem).success());
  EXPECT_EQ(world.client("45.33.1.1:4").allocate(redeem).error, 508);
}

TEST(PortWishes, MalformedOnesAre400) {
  World world;
  Client& client = world.client();
  EXPECT_EQ(client.allocate([](TestRequest& r) { r.raw(0x0022, {1, 2, 3}); }).error, 400);
  EXPECT_EQ(client.allocate([](TestRequest& r) { r.raw(0x0018, {}); }).error, 400);
}

// T26 at the level of the core: every port that was opened is closed again.
TEST(PortWishes, EvenPortCyclesLeaveNothingOpen) {
  World world;
  Client& client = world.client();
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(client.allocate([](TestRequest& r) { r.even_port(false); }).success());
    ASSERT_TRUE(client.refresh(0).success());
  }
  EXPECT_TRUE(world.sockets.empty());
  EXPECT_EQ(world.ledger.total(), 0U);
}

}  // namespace
}  // namespace turnpike::test
