// Channels: RFC 8656 section 12.
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

TEST(ChannelBind, OpensBothDirections_Rfc8656_12_2) {
  Ready r;
  const auto reply = r.client.bind(0x4000, kPeer);
  EXPECT_TRUE(reply.success());
  EXPECT_TRUE(reply.signed_with(r.world.digests, r.client.key().view()));
  const auto out = r.client.send_channel(0x4000, "hello");
  EXPECT_EQ(out.drop, DropReason::kNone);
  EXPECT_EQ(out.peer.value, kPeer);
  EXPECT_EQ(out.socket, r.client.socket()->id);
  EXPECT_EQ(r.client.from_peer(kPeer).channel, 0x4000);
}

TEST(ChannelBind, InstallsAPermission_Rfc8656_12_2) {
  Ready r;
  r.client.bind(0x4000, kPeer);
  const auto route = r.client.from_peer({kPeer.ip, 7});
  EXPECT_EQ(route.drop, DropReason::kNone);
  EXPECT_EQ(route.channel, 0);  // another port: a Data indication
}

TEST(ChannelBind, NumbersOutOfRangeAre400_Rfc8656_12_2) {
  Ready r;
  for (const int wrong : {0x0000, 0x3fff, 0x5000, 0x7fff, 0x8000, 0xffff}) {
    const auto number = static_cast<std::uint16_t>(wrong);
    EXPECT_EQ(r.client.bind(number, kPeer).error, 400) << number;
  }
  EXPECT_TRUE(r.client.bind(0x4fff, kPeer).success());
}

TEST(ChannelBind, TheOldRangeIsOpenedByItsOption) {
  World world([](turn::Policy& policy) { policy.legacy_channel_numbers = true; });
  Client& client = world.client();
  client.allocate();
  EXPECT_TRUE(client.bind(0x7fff, kPeer).success());
  EXPECT_EQ(client.bind(0x8000, kOtherPeer).error, 400);
  EXPECT_EQ(client.send_channel(0x7fff, "x").drop, DropReason::kNone);
}

TEST(ChannelBind, ANumberBoundToAnotherPeerIs400_Rfc8656_12_2) {
  Ready r;
  r.client.bind(0x4000, kPeer);
  EXPECT_EQ(r.client.bind(0x4000, kOtherPeer).error, 400);
  EXPECT_EQ(r.client.bind(0x4000, {kPeer.ip, 2}).error, 400);
  EXPECT_EQ(r.client.send_channel(0x4000, "x").peer.value, kPeer);
}

TEST(ChannelBind, APeerBoundToAnotherNumberIs400_Rfc8656_12_2) {
  Ready r;
  r.client.bind(0x4000, kPeer);
  EXPECT_EQ(r.client.bind(0x4001, kPeer).error, 400);
}

TEST(ChannelBind, WithoutItsPartsIs400_Rfc8656_12_2) {
  Ready r;
  EXPECT_EQ(r.client.call(Method::kChannelBind, [](TestRequest& q) { q.channel(0x4000); }).error,
            400);
  EXPECT_EQ(r.client.call(Method::kChannelBind, [](TestRequest& q) { q.peer(kPeer); }).error, 400);
  EXPECT_EQ(
      r.client.call(Method::kChannelBind, [](TestRequest& q) { q.raw(0x000c, {0x40}).peer(kPeer); })
          .error,
      400);
}

TEST(ChannelBind, APeerOfAnotherFamilyIs443_Rfc8656_12_2) {
  Ready r;
  EXPECT_EQ(r.client.bind(0x4000, endpoint("[2a00:1450::9]:1")).error, 443);
}

TEST(ChannelBind, ADeniedPeerIs403_Rfc8656_12_2) {
  Ready r;
  EXPECT_EQ(r.client.bind(0x4000, endpoint("127.0.0.1:80")).error, 403);
  EXPECT_EQ(r.world.seen.denials.size(), 1U);
  EXPECT_EQ(r.client.send_channel(0x4000, "x").drop, DropReason::kNoChannel);
}

// B5, B4.
TEST(ChannelBind, WithoutAllocationIs437AndSigned_Rfc8656_5) {
  World world;
  Client& client = world.client();
  const auto reply = client.bind(0x4000, kPeer);
  EXPECT_EQ(reply.error, 437);
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
}

TEST(ChannelBind, ByAnotherUserIs441AndSigned_Rfc8656_5) {
  Ready r;
  r.client.user = "bob";
  r.client.password = "builder";
  const auto reply = r.client.bind(0x4000, kPeer);
  EXPECT_EQ(reply.error, 441);
  EXPECT_TRUE(reply.signed_with(r.world.digests, r.client.key().view()));
}

TEST(ChannelBind, ARetransmissionIsHarmless_Rfc8656_12_2) {
  Ready r;
  const auto bytes = r.client.signed_request(Method::kChannelBind, transaction(9),
                                             [](TestRequest& q) { q.channel(0x4000).peer(kPeer); });
  const auto first = r.client.exchange(bytes);
  const auto second = r.client.exchange(bytes);
  EXPECT_TRUE(second->success());
  EXPECT_EQ(first->bytes, second->bytes);
}

TEST(Channel, Lasts600SecondsAndItsPermission300_Rfc8656_12) {
  World world;
  Client& client = world.client();
  client.allocate([](TestRequest& q) { q.lifetime(3600); });
  client.bind(0x4000, kPeer);
  world.advance(seconds(301));
  // The binding holds, but nothing passes without a permission.
  EXPECT_EQ(client.send_channel(0x4000, "x").drop, DropReason::kNoPermission);
  client.permit(kPeer);
  EXPECT_EQ(client.send_channel(0x4000, "x").drop, DropReason::kNone);
  EXPECT_EQ(client.from_peer(kPeer).channel, 0x4000);
  world.advance(seconds(298));
  EXPECT_EQ(client.from_peer(kPeer).channel, 0x4000);
  world.advance(seconds(1));
  EXPECT_EQ(client.send_channel(0x4000, "x").drop, DropReason::kNoChannel);
  EXPECT_EQ(client.from_peer(kPeer).channel, 0);
  EXPECT_EQ(world.seen.channels_expired, (std::vector<std::uint16_t>{0x4000}));
}

TEST(Channel, IsRefreshedByBindingAgain_Rfc8656_12) {
  World world;
  Client& client = world.client();
  client.allocate([](TestRequest& q) { q.lifetime(3600); });
  client.bind(0x4000, kPeer);
  world.advance(seconds(500));
  client.bind(0x4000, kPeer);
  world.advance(seconds(299));
  EXPECT_EQ(client.send_channel(0x4000, "x").drop, DropReason::kNone);
  world.advance(seconds(302));
  EXPECT_EQ(client.send_channel(0x4000, "x").drop, DropReason::kNoChannel);
}

TEST(Channel, AnExpiredNumberMayBeBoundAnew_Rfc8656_12) {
  World world;
  Client& client = world.client();
  client.allocate([](TestRequest& q) { q.lifetime(3600); });
  client.bind(0x4000, kPeer);
  world.advance_without_sweep(seconds(601));
  EXPECT_EQ(client.send_channel(0x4000, "x").drop, DropReason::kNoChannel);
  EXPECT_TRUE(client.bind(0x4000, kOtherPeer).success());
  EXPECT_TRUE(client.bind(0x4001, kPeer).success());
}

TEST(Channel, ChangesAreToldBeforeTheReply) {
  Ready r;
  r.client.bind(0x4000, kPeer);
  ASSERT_EQ(r.world.seen.channels_opened.size(), 1U);
  EXPECT_EQ(r.world.seen.channels_opened[0].number, 0x4000);
  EXPECT_EQ(r.world.seen.channels_opened[0].peer.value, kPeer);
  EXPECT_EQ(r.world.seen.channels_opened[0].expires, r.world.now.monotonic + seconds(600));
  r.client.refresh(0);
  ASSERT_EQ(r.world.seen.channels_closed.size(), 1U);
  EXPECT_EQ(r.world.seen.channels_closed[0].number, 0x4000);
}

TEST(Channel, ManyAreTold_Apart) {
  Ready r;
  for (std::uint16_t i = 0; i < 256; ++i) {
    ASSERT_TRUE(r.client
                    .bind(static_cast<std::uint16_t>(0x4000 + i),
                          {kPeer.ip, static_cast<std::uint16_t>(1 + i)})
                    .success());
  }
  for (std::uint16_t i = 0; i < 256; ++i) {
    const auto number = static_cast<std::uint16_t>(0x4000 + i);
    const auto port = static_cast<std::uint16_t>(1 + i);
    EXPECT_EQ(r.client.send_channel(number, "x").peer.value.port, port);
    EXPECT_EQ(r.client.from_peer({kPeer.ip, port}).channel, number);
  }
}

}  // namespace
}  // namespace turnpike::test
