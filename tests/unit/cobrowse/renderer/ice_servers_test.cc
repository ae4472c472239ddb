#include "cobrowse/renderer/ice_servers.h"

#include <gmock/gmock.h>

#include <future>

#include "http/core/json.h"

namespace turnpike::renderer {
namespace {

std::vector<TurnServer> parse(const std::string& text) {
  return parse_ice_servers(http::parse_json(text)->as_array());
}

TEST(IceServers, OfEachServerTheUrlsThatLibniceCanReach) {
  const auto servers = parse(R"([{"urls":["turn:relay.example.org:3478?transport=udp",
      "turn:[2001:db8::1]:3479?transport=tcp","turns:relay.example.org:443?transport=tcp",
      "stun:relay.example.org","turn:192.0.2.1"],"username":"u","credential":"p"}])");
  ASSERT_EQ(servers.size(), 3U);
  EXPECT_EQ(servers[0].host, "relay.example.org");
  EXPECT_EQ(servers[0].port, 3478);
  EXPECT_FALSE(servers[0].tcp);
  EXPECT_EQ(servers[0].username, "u");
  EXPECT_EQ(servers[0].password.reveal(), "p");
  EXPECT_EQ(servers[1].host, "2001:db8::1");
  EXPECT_EQ(servers[1].port, 3479);
  EXPECT_TRUE(servers[1].tcp);
  EXPECT_EQ(servers[2].host, "192.0.2.1");
  EXPECT_EQ(servers[2].port, 3478);
}

TEST(IceServers, WhatMakesNoSenseIsLeftOut) {
  for (const char* const text :
       {"[]", "[7]", R"([{"urls":"turn:a"}])", R"([{"urls":[7,"turn:","turn:a:b","turn:a:99999",
       "turn:a?transport=sctp","http://a"],"username":"u","credential":"p"}])"}) {
    EXPECT_TRUE(parse(text).empty()) << text;
  }
}

TEST(NameLookup, AddressesAreThemselvesAndUnknownNamesAreLeftOut) {
  NameLookup names;
  std::promise<std::vector<ice::RelayServer>> found;
  names.resolve({{.host = "192.0.2.1", .port = 1, .tcp = true, .username = "u", .password = {}},
                 {.host = "no-such-host.invalid", .port = 2, .username = "", .password = {}},
                 {.host = "::1", .port = 3, .username = "", .password = {}}},
                [&](std::vector<ice::RelayServer> relays) { found.set_value(std::move(relays)); });
  const auto relays = found.get_future().get();
  ASSERT_EQ(relays.size(), 2U);
  EXPECT_EQ(relays[0].address.to_string(), "192.0.2.1:1");
  EXPECT_TRUE(relays[0].tcp);
  EXPECT_EQ(relays[1].address.to_string(), "[::1]:3");
}

}  // namespace
}  // namespace turnpike::renderer
