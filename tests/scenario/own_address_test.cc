// Our own addresses as peers: two clients of this relay meet on its relayed addresses.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using turn::DropReason;

turn::PeerPolicy lists(bool safe, std::string_view denied, std::string_view allowed = {}) {
  turn::PeerPolicySettings settings;
  settings.safe = safe;
  if (!denied.empty()) settings.denied.push_back(*turn::IpRange::parse(denied));
  if (!allowed.empty()) settings.allowed.push_back(*turn::IpRange::parse(allowed));
  return turn::PeerPolicy(std::move(settings));
}

struct Pair {
  World world;
  Client& alice = world.client("45.33.1.1:1");
  Client& bob = world.client("45.33.1.2:1", Transport::kUdp, "bob");

  explicit Pair(const std::function<void(turn::Policy&)>& adjust = {}) : world(adjust) {
    alice.allocate();
    bob.allocate();
  }
};

// The main case of this project: denied-peer-ip covers the relay's own network, and two relay-only
// clients still talk.
TEST(OwnAddress, TwoRelayOnlyClientsTalkWhateverTheListsSay) {
  Pair p([](turn::Policy& policy) { policy.peers = lists(true, "10.0.0.0-10.255.255.255"); });
  const Endpoint to_bob = p.bob.socket()->advertised;
  const Endpoint to_alice = p.alice.socket()->advertised;
  ASSERT_TRUE(p.alice.bind(0x4000, to_bob).success());
  ASSERT_TRUE(p.bob.permit(to_alice).success());

  const auto out = p.alice.send_channel(0x4000, "hello");
  EXPECT_EQ(out.drop, DropReason::kNone);
  EXPECT_EQ(out.peer.value, p.bob.socket()->internal);

  const auto in = p.bob.from_peer(p.alice.socket()->internal);
  EXPECT_EQ(in.drop, DropReason::kNone);
  EXPECT_EQ(in.shown_peer.value, to_alice);  // as bob knows it
  EXPECT_EQ(p.alice.from_peer(p.bob.socket()->internal).channel, 0x4000);
}

TEST(OwnAddress, TheInternalFormWorksAndIsShown) {
  Pair p;
  const Endpoint to_bob = p.bob.socket()->internal;
  EXPECT_TRUE(p.alice.permit(to_bob).success());
  EXPECT_EQ(p.alice.send_indication(to_bob, "x").peer.value, to_bob);
  EXPECT_EQ(p.alice.from_peer(to_bob).shown_peer.value, to_bob);
}

TEST(OwnAddress, BothFormsAreOnePeer) {
  Pair p;
  ASSERT_TRUE(p.alice.bind(0x4000, p.bob.socket()->advertised).success());
  EXPECT_EQ(p.alice.bind(0x4001, p.bob.socket()->internal).error, 400);
  EXPECT_TRUE(p.alice.bind(0x4000, p.bob.socket()->internal).success());
}

TEST(OwnAddress, APortWithoutAllocationIs403) {
  Pair p;
  for (const IpAddress& ip : {kRelayInternal, kRelayAdvertised, kRelayV6}) {
    const std::uint16_t error = ip.is_v6() ? 443 : 403;
    EXPECT_EQ(p.alice.permit({ip, 22}).error, error);
    EXPECT_EQ(p.alice.bind(0x4000, {ip, 22}).error, error);
  }
  EXPECT_TRUE(p.world.seen.denials.back().own_address);
  EXPECT_EQ(p.world.seen.denials.back().port, 22);
}

// Security test 4.
TEST(OwnAddress, ListenersAreClosed) {
  Pair p([](turn::Policy& policy) { policy.peers = lists(true, "", "0.0.0.0-255.255.255.255"); });
  EXPECT_EQ(p.alice.permit({kListenerIp, 3478}).error, 403);
  EXPECT_TRUE(p.world.seen.denials.back().own_address);
  EXPECT_EQ(p.alice.send_indication({kListenerIp, 3478}, "x").drop, DropReason::kNoPermission);
}

TEST(OwnAddress, OtherPortsStayClosedBehindAPermission) {
  Pair p;
  const Endpoint to_bob = p.bob.socket()->advertised;
  p.alice.permit(to_bob);
  EXPECT_EQ(p.alice.send_indication({to_bob.ip, 22}, "x").drop, DropReason::kPeerDenied);
  EXPECT_EQ(p.alice.send_indication(to_bob, "x").drop, DropReason::kNone);
}

TEST(OwnAddress, APortThatDiedIsClosedAtOnce) {
  Pair p;
  const Endpoint to_bob = p.bob.socket()->advertised;
  p.alice.bind(0x4000, to_bob);
  p.bob.refresh(0);
  EXPECT_EQ(p.alice.send_channel(0x4000, "x").drop, DropReason::kPeerDenied);
  EXPECT_EQ(p.world.dropped(DropReason::kPeerDenied), 1U);
  EXPECT_EQ(p.alice.permit(to_bob).error, 403);
}

TEST(OwnAddress, OpenPortsAreOpen) {
  Pair p;
  p.world.addresses.open_ports(9000, 9001);
  EXPECT_TRUE(p.alice.permit({kRelayAdvertised, 9001}).success());
  EXPECT_EQ(p.alice.permit({kRelayAdvertised, 9002}).error, 403);
}

TEST(OwnAddress, HiddenInIpv6ItIsClosed) {
  World world;
  Client& client = world.client();
  client.allocate([](TestRequest& r) { r.additional_family(kIpv6); });
  // NAT64 and 6to4 forms of 203.0.113.9 and of the live relayed address.
  EXPECT_EQ(client.permit(endpoint("[64:ff9b::203.0.113.9]:3478")).error, 403);
  EXPECT_EQ(client.permit(endpoint("[2002:cb00:7101::1]:20000")).error, 403);
  EXPECT_TRUE(world.seen.denials.back().own_address);
}

TEST(OwnAddress, CoturnsPolicyLeavesOtherPortsToTheLists) {
  Pair p([](turn::Policy& policy) { policy.peers = lists(false, ""); });
  EXPECT_TRUE(p.alice.permit({kRelayAdvertised, 22}).success());
  EXPECT_EQ(p.alice.send_indication({kRelayAdvertised, 22}, "x").drop, DropReason::kNone);
}

TEST(OwnAddress, UnderCoturnsPolicyALivePortDoesNotOpenItsNeighbours) {
  Pair p([](turn::Policy& policy) { policy.peers = lists(false, "10.0.0.0-10.255.255.255"); });
  const Endpoint to_bob = p.bob.socket()->advertised;
  EXPECT_EQ(p.alice.permit({kRelayAdvertised, 22}).error, 403);
  EXPECT_TRUE(p.alice.permit(to_bob).success());
  EXPECT_EQ(p.alice.send_indication(to_bob, "x").drop, DropReason::kNone);
  EXPECT_EQ(p.alice.send_indication({kRelayAdvertised, 22}, "x").drop, DropReason::kPeerDenied);
}

TEST(OwnAddress, TheOtherSideNeedsAPermissionToo) {
  Pair p;
  p.alice.permit(p.bob.socket()->advertised);
  EXPECT_EQ(p.alice.send_indication(p.bob.socket()->advertised, "x").drop, DropReason::kNone);
  EXPECT_EQ(p.bob.from_peer(p.alice.socket()->internal).drop, DropReason::kNoPermission);
}

}  // namespace
}  // namespace turnpike::test
