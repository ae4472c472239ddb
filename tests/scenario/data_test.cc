// Data between clients and peers: RFC 8656 sections 11 and 12.5 to 12.7.
#include <gtest/gtest.h>

#include "relay/stun/data_indication.h"
#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using stun::MessageClass;
using stun::Method;
using turn::DropReason;

const Endpoint kPeer = endpoint("8.8.4.4:1000");

struct Ready {
  World world;
  Client& client = world.client();
  explicit Ready(const std::function<void(turn::Policy&)>& adjust = {}) : world(adjust) {
    client.allocate();
    client.bind(0x4000, kPeer);
  }
  turn::ClientRoute send(const std::vector<std::uint8_t>& bytes) {
    return world.server().route_send_indication(world.now.monotonic, client.path.tuple, bytes);
  }
  turn::ClientRoute channel(const std::vector<std::uint8_t>& bytes) {
    return world.server().route_channel_data(world.now.monotonic, client.path.tuple, bytes);
  }
};

TEST(Send, NamesPeerSocketAndPayload_Rfc8656_11_2) {
  Ready r;
  const std::vector<std::uint8_t> data = {1, 2, 3, 4, 5};
  TestRequest message(MessageClass::kIndication, Method::kSend, transaction(1));
  const auto bytes = message.peer(kPeer).data(data).bytes();
  EXPECT_TRUE(turn::is_send_indication(bytes));
  const auto route = r.send(bytes);
  EXPECT_EQ(route.drop, DropReason::kNone);
  EXPECT_EQ(route.peer.value, kPeer);
  EXPECT_EQ(route.socket, r.client.socket()->id);
  EXPECT_FALSE(route.dont_fragment);
  EXPECT_TRUE(std::equal(route.payload.begin(), route.payload.end(), data.begin(), data.end()));
}

TEST(Send, CarriesDontFragment_Rfc8656_11_2) {
  Ready r;
  TestRequest message(MessageClass::kIndication, Method::kSend, transaction(1));
  EXPECT_TRUE(r.send(message.peer(kPeer).dont_fragment().data({}).bytes()).dont_fragment);
}

TEST(Send, MayBeEmpty_Rfc8656_11_2) {
  Ready r;
  TestRequest message(MessageClass::kIndication, Method::kSend, transaction(1));
  const auto route = r.send(message.peer(kPeer).data({}).bytes());
  EXPECT_EQ(route.drop, DropReason::kNone);
  EXPECT_TRUE(route.payload.empty());
}

TEST(Send, WithoutItsPartsIsDiscarded_Rfc8656_11_2) {
  Ready r;
  TestRequest no_data(MessageClass::kIndication, Method::kSend, transaction(1));
  EXPECT_EQ(r.send(no_data.peer(kPeer).bytes()).drop, DropReason::kMalformedStun);
  TestRequest no_peer(MessageClass::kIndication, Method::kSend, transaction(1));
  EXPECT_EQ(r.send(no_peer.data({}).bytes()).drop, DropReason::kMalformedStun);
  TestRequest bad_peer(MessageClass::kIndication, Method::kSend, transaction(1));
  EXPECT_EQ(r.send(bad_peer.raw(0x0012, {1}).data({}).bytes()).drop, DropReason::kMalformedStun);
}

TEST(Send, WithAnUnknownAttributeIsDiscarded_Rfc8489_6_3_2) {
  Ready r;
  TestRequest message(MessageClass::kIndication, Method::kSend, transaction(1));
  EXPECT_EQ(r.send(message.peer(kPeer).data({}).raw(0x7f00, {}).bytes()).drop,
            DropReason::kMalformedStun);
  TestRequest optional(MessageClass::kIndication, Method::kSend, transaction(1));
  EXPECT_EQ(r.send(optional.peer(kPeer).data({}).raw(0x9f00, {}).bytes()).drop, DropReason::kNone);
}

TEST(Send, TheFirstOfTwoPeersCounts_Rfc8489_14) {
  Ready r;
  TestRequest message(MessageClass::kIndication, Method::kSend, transaction(1));
  message.peer(kPeer).peer(endpoint("10.0.0.5:1")).data({});
  EXPECT_EQ(r.send(message.bytes()).peer.value, kPeer);
}

TEST(Send, WithoutAllocationIsDiscarded) {
  World world;
  EXPECT_EQ(world.client().send_indication(kPeer, "x").drop, DropReason::kNoAllocation);
  EXPECT_EQ(world.dropped(DropReason::kNoAllocation), 1U);
}

TEST(Send, ToAFamilyThatIsNotThereIsDiscarded) {
  Ready r;
  EXPECT_EQ(r.client.send_indication(endpoint("[2a00:1450::9]:1"), "x").drop,
            DropReason::kPeerFamilyMismatch);
}

// Security test 3: the policy guards Send through the permission that it refuses.
TEST(Send, ToADeniedPeerFindsNoPermission) {
  Ready r;
  for (const char* peer : {"127.0.0.1:80", "10.0.0.9:80", "169.254.169.254:80", "0.0.0.0:80"}) {
    EXPECT_EQ(r.client.permit(endpoint(peer)).error, 403);
    EXPECT_EQ(r.client.send_indication(endpoint(peer), "x").drop, DropReason::kNoPermission);
  }
}

TEST(Send, AfterTheAllocationExpiredIsDiscardedBeforeTheSweep) {
  Ready r;
  r.world.advance_without_sweep(seconds(600));
  EXPECT_EQ(r.client.send_indication(kPeer, "x").drop, DropReason::kNoAllocation);
}

TEST(ChannelData, LengthsAreChecked_Rfc8656_12_6) {
  Ready r;
  EXPECT_EQ(r.channel({0x40, 0, 0, 2, 7}).drop, DropReason::kMalformedChannelData);
  EXPECT_EQ(r.channel({0x40, 0, 0}).drop, DropReason::kMalformedChannelData);
  EXPECT_EQ(r.channel({0x40, 0, 0, 0}).drop, DropReason::kNone);
  // Padding behind the data, as some clients send it over UDP.
  const std::vector<std::uint8_t> padded = {0x40, 0, 0, 1, 7, 0, 0, 0};
  const auto route = r.channel(padded);
  EXPECT_EQ(route.drop, DropReason::kNone);
  EXPECT_EQ(route.payload.size(), 1U);
}

TEST(ChannelData, OnAnUnboundChannelIsDiscarded_Rfc8656_12_6) {
  Ready r;
  EXPECT_EQ(r.client.send_channel(0x4001, "x").drop, DropReason::kNoChannel);
}

TEST(ChannelData, WithoutAllocationIsDiscarded) {
  World world;
  EXPECT_EQ(world.client().send_channel(0x4000, "x").drop, DropReason::kNoAllocation);
}

TEST(FromPeer, BecomesADataIndicationWithoutAChannel_Rfc8656_11_4) {
  Ready r;
  const Endpoint other{kPeer.ip, 5};
  const auto route = r.client.from_peer(other);
  EXPECT_EQ(route.drop, DropReason::kNone);
  EXPECT_EQ(route.channel, 0);
  ASSERT_NE(route.client, nullptr);
  EXPECT_EQ(route.client->tuple, r.client.path.tuple);
  EXPECT_EQ(route.client->via, 5U);
  EXPECT_EQ(route.shown_peer.value, other);
}

TEST(FromPeer, ToAHandleOfThePastIsDropped) {
  Ready r;
  const auto handle = r.client.handle();
  r.client.refresh(0);
  EXPECT_EQ(
      r.world.server().route_from_peer(r.world.now.monotonic, handle, PeerAddress{kPeer}, 10).drop,
      DropReason::kNoAllocation);
}

TEST(FromPeer, WhatDoesNotFitIsDropped) {
  Ready r;
  const std::size_t longest = stun::max_data_indication_payload(AddressFamily::kIpv4);
  EXPECT_EQ(r.client.from_peer({kPeer.ip, 5}, longest).drop, DropReason::kNone);
  EXPECT_EQ(r.client.from_peer({kPeer.ip, 5}, longest + 1).drop, DropReason::kTooLarge);
  EXPECT_EQ(r.client.from_peer(kPeer, 65535).drop, DropReason::kNone);
  EXPECT_EQ(r.client.from_peer(kPeer, 65536).drop, DropReason::kTooLarge);
}

TEST(Data, Ipv4ClientsReachIpv6Peers) {
  World world;
  Client& client = world.client("45.33.1.1:1");
  client.allocate([](TestRequest& q) { q.family(kIpv6); });
  const Endpoint peer = endpoint("[2a00:1450::9]:7");
  ASSERT_TRUE(client.bind(0x4000, peer).success());
  EXPECT_EQ(client.send_channel(0x4000, "x").peer.value, peer);
  EXPECT_EQ(client.from_peer(peer).channel, 0x4000);
}

TEST(Data, BandwidthIsLimitedPerDirection) {
  Ready r([](turn::Policy& policy) { policy.limits.max_bytes_per_s = 100'000; });
  const std::string chunk(1000, 'x');
  int sent = 0;
  int received = 0;
  for (int i = 0; i < 500; ++i) {
    sent += r.client.send_channel(0x4000, chunk).drop == DropReason::kNone;
    received += r.client.from_peer(kPeer, 1000).drop == DropReason::kNone;
  }
  EXPECT_EQ(sent, 100);
  EXPECT_EQ(received, 100);
  EXPECT_EQ(r.world.dropped(DropReason::kBandwidthLimit), 800U);
  r.world.advance(milliseconds(500));
  for (int i = 0; i < 500; ++i)
    sent += r.client.send_channel(0x4000, chunk).drop == DropReason::kNone;
  EXPECT_EQ(sent, 150);
}

TEST(Data, ASmallLimitStillPassesOneLargeDatagram) {
  Ready r([](turn::Policy& policy) { policy.limits.max_bytes_per_s = 1000; });
  EXPECT_EQ(r.client.from_peer(kPeer, 65000).drop, DropReason::kNone);
  EXPECT_EQ(r.client.from_peer(kPeer, 65000).drop, DropReason::kBandwidthLimit);
}

TEST(Data, IsCounted) {
  Ready r;
  r.client.send_channel(0x4000, "12345");
  r.client.send_indication(kPeer, "123");
  r.client.from_peer(kPeer, 7);
  EXPECT_EQ(r.world.counted(turn::Count::kClientPackets), 2U);
  EXPECT_EQ(r.world.counted(turn::Count::kClientBytes), 8U);
  EXPECT_EQ(r.world.counted(turn::Count::kPeerPackets), 1U);
  EXPECT_EQ(r.world.counted(turn::Count::kPeerBytes), 7U);
}

TEST(Data, IndicationIdsDiffer) {
  World world;
  const auto first = world.server().next_indication_id();
  EXPECT_NE(first, world.server().next_indication_id());
}

}  // namespace
}  // namespace turnpike::test
