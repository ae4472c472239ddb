// ICMP errors: RFC 8656 section 11.5.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

const Endpoint kPeer = endpoint("8.8.4.4:1000");

struct Ready {
  World world;
  Client& client = world.client();
  Ready() {
    client.allocate([](TestRequest& r) { r.additional_family(kIpv6); });
    client.permit(kPeer);
    client.permit(endpoint("[2a00:1450::9]:1"));
    client.inbox.clear();
  }
  void icmp(const Endpoint& peer, std::uint8_t type, std::uint8_t code, std::uint32_t data) {
    world.server().on_peer_unreachable(world.now, client.handle(), PeerAddress{peer}, type, code,
                                       data);
    world.drain();
  }
};

TEST(Unreachable, BecomesADataIndicationWithIcmp_Rfc8656_11_5) {
  Ready r;
  r.icmp(kPeer, 3, 3, 77);
  ASSERT_EQ(r.client.inbox.size(), 1U);
  const ParsedReply& indication = r.client.inbox[0];
  EXPECT_EQ(indication.message_class, stun::MessageClass::kIndication);
  EXPECT_EQ(indication.method, stun::Method::kData);
  EXPECT_EQ(indication.peer, kPeer);
  EXPECT_EQ(indication.icmp, (std::vector<std::uint8_t>{0, 0, 3 << 1, 3, 0, 0, 0, 0}));
}

TEST(Unreachable, CarriesTheMtu_Rfc8656_18_13) {
  Ready r;
  r.icmp(kPeer, 3, 4, 1400);
  EXPECT_EQ(r.client.inbox.at(0).icmp,
            (std::vector<std::uint8_t>{0, 0, 3 << 1, 4, 0, 0, 0x05, 0x78}));
  r.icmp(endpoint("[2a00:1450::9]:1"), 2, 0, 1280);
  EXPECT_EQ(r.client.inbox.at(1).icmp,
            (std::vector<std::uint8_t>{0, 0, 2 << 1, 0, 0, 0, 0x05, 0x00}));
}

TEST(Unreachable, OtherTypesAreDiscarded_Rfc8656_11_5) {
  Ready r;
  r.icmp(kPeer, 8, 0, 0);
  r.icmp(kPeer, 1, 0, 0);
  r.icmp(endpoint("[2a00:1450::9]:1"), 11, 0, 0);
  EXPECT_TRUE(r.client.inbox.empty());
  r.icmp(kPeer, 11, 0, 0);
  r.icmp(endpoint("[2a00:1450::9]:1"), 3, 0, 0);
  EXPECT_EQ(r.client.inbox.size(), 2U);
}

TEST(Unreachable, NeedsAPermission_Rfc8656_11_5) {
  Ready r;
  r.icmp(endpoint("9.9.9.9:1"), 3, 3, 0);
  EXPECT_TRUE(r.client.inbox.empty());
  r.world.advance_without_sweep(seconds(301));
  r.icmp(kPeer, 3, 3, 0);
  EXPECT_TRUE(r.client.inbox.empty());
}

TEST(Unreachable, ForAnAllocationOfThePastIsDiscarded) {
  Ready r;
  const auto handle = r.client.handle();
  r.client.refresh(0);
  r.client.inbox.clear();
  r.world.server().on_peer_unreachable(r.world.now, handle, PeerAddress{kPeer}, 3, 3, 0);
  r.world.drain();
  EXPECT_TRUE(r.client.inbox.empty());
}

TEST(Unreachable, ShowsTheAdvertisedFormThatTheClientUsed) {
  Ready r;
  Client& bob = r.world.client("45.33.1.2:1", Transport::kUdp, "bob");
  bob.allocate();
  r.client.permit(bob.socket()->advertised);
  r.client.inbox.clear();
  r.icmp(bob.socket()->internal, 3, 3, 0);
  EXPECT_EQ(r.client.inbox.at(0).peer, bob.socket()->advertised);
}

}  // namespace
}  // namespace turnpike::test
