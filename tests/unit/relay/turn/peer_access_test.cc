// Which peers are admitted, through both ways of asking: they must never differ.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

struct Case {
  const char* peer;
  std::uint16_t error;
};

TEST(PeerAccess, IsTheSameForPermissionsAndChannels) {
  const std::vector<Case> cases = {
      {"8.8.4.4:1", 0},
      {"127.0.0.1:80", 403},
      {"0.0.0.0:80", 403},
      {"10.255.0.1:80", 403},
      {"169.254.169.254:80", 403},
      {"224.0.0.1:80", 403},
      {"255.255.255.255:80", 403},
      {"10.0.0.1:22", 403},       // the relay's own, internal
      {"203.0.113.1:22", 403},    // the relay's own, advertised
      {"203.0.113.9:3478", 403},  // a listener
      {"[2a00:1450::9]:1", 0},
      {"[::1]:80", 403},
      {"[::ffff:127.0.0.1]:80", 403},
      {"[::ffff:203.0.113.9]:3478", 403},
      {"[64:ff9b::203.0.113.9]:3478", 403},
      {"[2a01:4f8::1]:3478", 403},  // the relay's own
      {"[fd00::1]:80", 403},
  };
  for (const Case& test : cases) {
    World world;
    Client& client = world.client();
    client.allocate([](TestRequest& r) { r.additional_family(kIpv6); });
    EXPECT_EQ(client.permit(endpoint(test.peer)).error, test.error) << test.peer;
    EXPECT_EQ(client.bind(0x4000, endpoint(test.peer)).error, test.error) << test.peer;
    EXPECT_EQ(world.seen.denials.size(), test.error == 0 ? 0U : 2U) << test.peer;
    const auto route = client.send_indication(endpoint(test.peer), "x");
    EXPECT_EQ(route.drop == turn::DropReason::kNone, test.error == 0) << test.peer;
  }
}

}  // namespace
}  // namespace turnpike::test
