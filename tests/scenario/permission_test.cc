// Permissions: RFC 8656 sections 9 and 10.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using stun::Method;
using turn::DropReason;

const Endpoint kPeer = endpoint("8.8.4.4:1000");
const Endpoint kOtherPeer = endpoint("9.9.9.9:1000");

struct Ready {
  World world;
  Client& client = world.client();
  Ready() { client.allocate(); }
};

TEST(Permission, OpensBothDirections_Rfc8656_9) {
  Ready r;
  EXPECT_EQ(r.client.send_indication(kPeer, "x").drop, DropReason::kNoPermission);
  EXPECT_EQ(r.client.from_peer(kPeer).drop, DropReason::kNoPermission);
  const auto reply = r.client.permit(kPeer);
  EXPECT_TRUE(reply.success());
  EXPECT_TRUE(reply.signed_with(r.world.digests, r.client.key().view()));
  EXPECT_EQ(r.client.send_indication(kPeer, "x").drop, DropReason::kNone);
  EXPECT_EQ(r.client.from_peer(kPeer).drop, DropReason::kNone);
}

TEST(Permission, IsForAnAddressWhateverThePort_Rfc8656_9) {
  Ready r;
  r.client.permit(kPeer);
  EXPECT_EQ(r.client.from_peer({kPeer.ip, 9}).drop, DropReason::kNone);
  EXPECT_EQ(r.client.send_indication({kPeer.ip, 10}, "x").drop, DropReason::kNone);
  EXPECT_EQ(r.client.from_peer(kOtherPeer).drop, DropReason::kNoPermission);
}

TEST(Permission, Lasts300Seconds_Rfc8656_9) {
  Ready r;
  r.client.permit(kPeer);
  r.world.advance(seconds(299));
  EXPECT_EQ(r.client.from_peer(kPeer).drop, DropReason::kNone);
  r.world.advance(seconds(1));
  EXPECT_EQ(r.client.from_peer(kPeer).drop, DropReason::kNoPermission);
  EXPECT_EQ(r.world.seen.permissions_expired, (std::vector<IpAddress>{kPeer.ip}));
}

TEST(Permission, CountsAsAbsentBeforeItIsSwept) {
  Ready r;
  r.client.permit(kPeer);
  r.world.advance_without_sweep(seconds(300));
  EXPECT_EQ(r.client.from_peer(kPeer).drop, DropReason::kNoPermission);
  EXPECT_EQ(r.client.send_indication(kPeer, "x").drop, DropReason::kNoPermission);
}

TEST(Permission, IsRefreshedByAsking_Rfc8656_9) {
  Ready r;
  r.client.permit(kPeer);
  r.world.advance(seconds(200));
  r.client.permit(kPeer);
  r.world.advance(seconds(200));
  EXPECT_EQ(r.client.from_peer(kPeer).drop, DropReason::kNone);
}

TEST(Permission, IsNotRefreshedByTraffic_Rfc8656_9) {
  Ready r;
  r.client.permit(kPeer);
  for (int i = 0; i < 29; ++i) {
    r.world.advance(seconds(10));
    r.client.send_indication(kPeer, "x");
    r.client.from_peer(kPeer);
  }
  r.world.advance(seconds(10));
  EXPECT_EQ(r.client.from_peer(kPeer).drop, DropReason::kNoPermission);
}

TEST(Permission, LifetimeIsConfigurable) {
  World world([](turn::Policy& policy) { policy.lifetimes.permission = seconds(2); });
  Client& client = world.client();
  client.allocate();
  client.permit(kPeer);
  world.advance(seconds(2));
  EXPECT_EQ(client.from_peer(kPeer).drop, DropReason::kNoPermission);
}

TEST(CreatePermission, TakesSeveralPeers_Rfc8656_10_2) {
  Ready r;
  const auto reply = r.client.call(Method::kCreatePermission,
                                   [](TestRequest& q) { q.peer(kPeer).peer(kOtherPeer); });
  EXPECT_TRUE(reply.success());
  EXPECT_EQ(r.client.from_peer(kPeer).drop, DropReason::kNone);
  EXPECT_EQ(r.client.from_peer(kOtherPeer).drop, DropReason::kNone);
}

TEST(CreatePermission, IsAllOrNothing_Rfc8656_10_2) {
  Ready r;
  const auto reply = r.client.call(Method::kCreatePermission, [](TestRequest& q) {
    q.peer(kPeer).peer(endpoint("192.168.1.1:1"));
  });
  EXPECT_EQ(reply.error, 403);
  EXPECT_EQ(r.client.from_peer(kPeer).drop, DropReason::kNoPermission);
  EXPECT_TRUE(r.world.seen.permissions_installed.empty());
}

TEST(CreatePermission, WithoutAPeerIs400_Rfc8656_10_2) {
  Ready r;
  EXPECT_EQ(r.client.call(Method::kCreatePermission).error, 400);
}

TEST(CreatePermission, WithAMalformedPeerIs400_Rfc8656_10_2) {
  Ready r;
  const auto reply = r.client.call(Method::kCreatePermission, [](TestRequest& q) {
    q.peer(kPeer).raw(0x0012, {0, 9, 1, 2, 3, 4, 5, 6});
  });
  EXPECT_EQ(reply.error, 400);
  EXPECT_EQ(r.client.from_peer(kPeer).drop, DropReason::kNoPermission);
}

TEST(CreatePermission, APeerOfAnotherFamilyIs443_Rfc8656_10_2) {
  Ready r;
  EXPECT_EQ(r.client.permit(endpoint("[2a00:1450::9]:1")).error, 443);
}

TEST(CreatePermission, ADeniedPeerIs403AndTold_Rfc8656_10_2) {
  Ready r;
  const auto reply = r.client.permit(endpoint("10.1.2.3:80"));
  EXPECT_EQ(reply.error, 403);
  EXPECT_TRUE(reply.has_sha1);
  ASSERT_EQ(r.world.seen.denials.size(), 1U);
  EXPECT_EQ(r.world.seen.denials[0].peer, IpAddress::v4(10, 1, 2, 3));
  EXPECT_FALSE(r.world.seen.denials[0].own_address);
}

// B5: 437 and not 400.
TEST(CreatePermission, WithoutAllocationIs437AndSigned_Rfc8656_5) {
  World world;
  Client& client = world.client();
  const auto reply = client.permit(kPeer);
  EXPECT_EQ(reply.error, 437);
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
}

// Security test 27.
TEST(CreatePermission, ByAnotherUserIs441AndSigned_Rfc8656_5) {
  Ready r;
  r.client.user = "bob";
  r.client.password = "builder";
  const auto reply = r.client.permit(kPeer);
  EXPECT_EQ(reply.error, 441);
  EXPECT_TRUE(reply.signed_with(r.world.digests, r.client.key().view()));
  EXPECT_EQ(r.client.from_peer(kPeer).drop, DropReason::kNoPermission);
}

TEST(CreatePermission, ARetransmissionIsHarmless) {
  Ready r;
  const auto bytes = r.client.signed_request(Method::kCreatePermission, transaction(9),
                                             [](TestRequest& q) { q.peer(kPeer); });
  const auto first = r.client.exchange(bytes);
  EXPECT_EQ(first->bytes, r.client.exchange(bytes)->bytes);
}

TEST(CreatePermission, ManyPeersFindTheirPermission) {
  Ready r;
  for (std::uint32_t i = 0; i < 256; ++i) {
    ASSERT_TRUE(r.client.permit({IpAddress::v4(0x08080000 + i), 1}).success());
  }
  for (std::uint32_t i = 0; i < 256; ++i) {
    EXPECT_EQ(r.client.from_peer({IpAddress::v4(0x08080000 + i), 1}).drop, DropReason::kNone);
  }
  r.world.advance(seconds(301));
  EXPECT_EQ(r.world.seen.permissions_expired.size(), 256U);
}

}  // namespace
}  // namespace turnpike::test
