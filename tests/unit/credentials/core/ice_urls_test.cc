#include "credentials/core/ice_urls.h"

#include <gtest/gtest.h>

namespace turnpike::credentials {
namespace {

using Urls = std::vector<std::string>;

TEST(IceUrls, UdpThenTcpThenTls) {
  const RelayEntry relay{.host = "turn.example.org", .region = ""};
  EXPECT_EQ(turn_urls(relay, {}), (Urls{"turn:turn.example.org:3478?transport=udp",
                                        "turn:turn.example.org:3478?transport=tcp",
                                        "turns:turn.example.org:443?transport=tcp"}));
  EXPECT_EQ(stun_url(relay), "stun:turn.example.org:3478");
}

TEST(IceUrls, Ipv6GetsBrackets) {
  RelayEntry relay{.host = "2001:db8::1", .region = ""};
  relay.port = 80;
  EXPECT_EQ(stun_url(relay), "stun:[2001:db8::1]:80");
  relay.host = "[2001:db8::1]";
  EXPECT_EQ(stun_url(relay), "stun:[2001:db8::1]:80");
}

TEST(IceUrls, OnlyWhatIsServedAndWished) {
  RelayEntry relay{.host = "h", .region = ""};
  relay.tls = false;
  relay.stun = false;
  EXPECT_EQ(turn_urls(relay, *parse_transports("tcp,tls")), (Urls{"turn:h:3478?transport=tcp"}));
  EXPECT_EQ(stun_url(relay), std::nullopt);
}

TEST(IceUrls, AWordThatIsNoTransportIsNamed) {
  EXPECT_TRUE(parse_transports("udp,tcp,tls"));
  EXPECT_EQ(parse_transports("udp,sctp").error(), "sctp");
  EXPECT_FALSE(parse_transports("udp,,tcp"));
}

}  // namespace
}  // namespace turnpike::credentials
