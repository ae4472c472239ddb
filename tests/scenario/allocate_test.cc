// Allocate: RFC 8656 section 7.2.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using stun::Method;

TEST(Allocate, SucceedsWithAllThatAClientNeeds_Rfc8656_7_2) {
  World world;
  Client& client = world.client("45.33.1.1:40000");
  const auto reply = client.allocate();
  ASSERT_TRUE(reply.success());
  ASSERT_EQ(reply.relayed.size(), 1U);
  EXPECT_EQ(reply.relayed[0].ip, kRelayAdvertised);
  EXPECT_EQ(reply.lifetime, 600U);
  EXPECT_EQ(reply.mapped, endpoint("45.33.1.1:40000"));
  EXPECT_FALSE(reply.token);
  EXPECT_FALSE(reply.address_error);
  EXPECT_TRUE(reply.fingerprint);
  EXPECT_EQ(world.server().allocation_count(), 1U);
  EXPECT_EQ(world.counted(turn::Count::kAllocationsCreated), 1U);
}

TEST(Allocate, ASecondOneOnTheSame5TupleIs437AndSigned_Rfc8656_7_2) {
  World world;
  Client& client = world.client();
  client.allocate();
  const auto reply = client.allocate();
  EXPECT_EQ(reply.error, 437);
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
  EXPECT_EQ(world.server().allocation_count(), 1U);
}

TEST(Allocate, TheSame5TupleIs437ForAnotherUser_Rfc8656_7_2) {
  World world;
  Client& client = world.client();
  client.allocate();
  client.user = "bob";
  client.password = "builder";
  const auto reply = client.allocate();
  EXPECT_EQ(reply.error, 437);
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
}

TEST(Allocate, TransportsMake5TuplesDiffer_Rfc8656_2) {
  World world;
  EXPECT_TRUE(world.client("45.33.1.1:4000", Transport::kUdp).allocate().success());
  EXPECT_TRUE(world.client("45.33.1.1:4000", Transport::kTcp).allocate().success());
  EXPECT_EQ(world.server().allocation_count(), 2U);
}

TEST(Allocate, ARetransmissionGetsTheSameReply_Rfc8656_7_2) {
  World world;
  Client& client = world.client();
  client.try_call(Method::kBinding);
  client.allocate([](TestRequest& request) { request.family(9); });  // 440; brings the nonce
  const auto bytes = client.signed_request(
      Method::kAllocate, transaction(500),
      [](TestRequest& request) { request.transport(kUdp).even_port(true).lifetime(1000); });
  const auto first = client.exchange(bytes);
  world.advance(seconds(1));
  const auto second = client.exchange(bytes);
  ASSERT_TRUE(first && second && first->success());
  EXPECT_EQ(first->bytes, second->bytes);
  EXPECT_TRUE(first->token);
  EXPECT_EQ(world.server().allocation_count(), 1U);
  EXPECT_EQ(world.counted(turn::Count::kAllocationsCreated), 1U);
  EXPECT_EQ(world.sockets.size(), 1U);
}

TEST(Allocate, WithoutRequestedTransportIs400_Rfc8656_7_2) {
  World world;
  const auto reply = world.client().call(Method::kAllocate);
  EXPECT_EQ(reply.error, 400);
  EXPECT_TRUE(reply.has_sha1);
}

TEST(Allocate, AMalformedRequestedTransportIs400_Rfc8656_7_2) {
  World world;
  const auto reply = world.client().call(Method::kAllocate,
                                         [](TestRequest& request) { request.raw(0x0019, {17}); });
  EXPECT_EQ(reply.error, 400);
}

// B6: 442 and not 400, over UDP, too.
TEST(Allocate, AnotherTransportThanUdpIs442_Rfc8656_7_2) {
  World world;
  for (const std::uint8_t protocol : {kTcp, std::uint8_t{0}, std::uint8_t{132}}) {
    const auto reply =
        world.client("45.33.1.1:" + std::to_string(1000 + protocol))
            .call(Method::kAllocate, [&](TestRequest& request) { request.transport(protocol); });
    EXPECT_EQ(reply.error, 442);
    EXPECT_TRUE(reply.has_sha1);
  }
}

TEST(Allocate, UdpIs442WhenItIsSwitchedOff) {
  World world([](turn::Policy& policy) { policy.udp_relay = false; });
  EXPECT_EQ(world.client().allocate().error, 442);
}

TEST(Allocate, DontFragmentIsUnderstood_Rfc8656_7_2) {
  World world;
  EXPECT_TRUE(
      world.client().allocate([](TestRequest& request) { request.dont_fragment(); }).success());
}

TEST(Allocate, LifetimesAreClamped_Rfc8656_7_2) {
  World world;
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> wishes = {
      {0, 600}, {1, 600}, {600, 600}, {777, 777}, {3600, 3600}, {3601, 3600}, {UINT32_MAX, 3600}};
  std::uint16_t port = 1000;
  for (const auto& [wish, granted] : wishes) {
    const auto reply =
        world.client("45.33.1.1:" + std::to_string(++port))
            .allocate([lifetime = wish](TestRequest& request) { request.lifetime(lifetime); });
    EXPECT_EQ(reply.lifetime, granted) << wish;
  }
}

TEST(Allocate, AMaximumBelowTheDefaultWins) {
  World world([](turn::Policy& policy) { policy.lifetimes.allocation_max = seconds(60); });
  EXPECT_EQ(world.client().allocate().lifetime, 60U);
}

TEST(Allocate, AnExpiredOneThatWasNotSweptIsNoObstacle) {
  World world;
  Client& client = world.client();
  client.allocate();
  world.advance_without_sweep(seconds(601));
  EXPECT_TRUE(client.allocate().success());
  EXPECT_EQ(world.server().allocation_count(), 1U);
  EXPECT_EQ(world.seen.deleted.size(), 1U);
}

TEST(Allocate, SessionNumbersBeginWithTheShard) {
  World world;
  world.client("45.33.1.1:1").allocate();
  world.client("45.33.1.1:2").allocate();
  EXPECT_EQ(world.seen.created[0].session.id.value, 2'000'000'000'000'001U);
  EXPECT_EQ(world.seen.created[1].session.id.value, 2'000'000'000'000'002U);
}

}  // namespace
}  // namespace turnpike::test
