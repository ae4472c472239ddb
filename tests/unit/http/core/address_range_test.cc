#include "http/core/address_range.h"

#include <gtest/gtest.h>

#include <array>

namespace turnpike::http {
namespace {

IpAddress ip(std::string_view text) {
  return *IpAddress::parse(text);
}

TEST(AddressRange, HoldsItsAddresses) {
  const auto v4 = AddressRange::parse("192.0.2.128/25");
  ASSERT_TRUE(v4);
  EXPECT_TRUE(v4->contains(ip("192.0.2.128")));
  EXPECT_TRUE(v4->contains(ip("192.0.2.255")));
  EXPECT_TRUE(v4->contains(ip("::ffff:192.0.2.200")));
  EXPECT_FALSE(v4->contains(ip("192.0.2.127")));
  EXPECT_FALSE(v4->contains(ip("2001:db8::1")));
  const auto v6 = AddressRange::parse("2001:db8::/33");
  ASSERT_TRUE(v6);
  EXPECT_TRUE(v6->contains(ip("2001:db8:7fff::1")));
  EXPECT_FALSE(v6->contains(ip("2001:db8:8000::1")));
  EXPECT_TRUE(AddressRange::parse("0.0.0.0/0")->contains(ip("203.0.113.1")));
  EXPECT_FALSE(AddressRange::parse("0.0.0.0/0")->contains(ip("2001:db8::1")));
  EXPECT_TRUE(AddressRange::parse("::1")->contains(ip("::1")));
  EXPECT_FALSE(AddressRange::parse("::1")->contains(ip("::2")));
  EXPECT_EQ(v6->to_string(), "2001:db8::/33");
}

TEST(AddressRange, RefusesEverythingElse) {
  for (const std::string_view text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.1/8", "10/8",
        "::/129", "2001:db8::1/64", "10.0.0.0/ 8", "10.0.0.0/+8", "localhost"}) {
    EXPECT_FALSE(AddressRange::parse(text)) << text;
  }
}

/// The client that is seen with these X-Forwarded-For headers.
std::string seen(std::string_view peer, const std::vector<std::string>& forwarded,
                 const std::vector<AddressRange>& trusted) {
  Headers headers;
  for (const std::string& one : forwarded) headers.add("x-forwarded-for", one);
  return origin_of({{ip(peer), 1000}}, headers, trusted).client.ip.to_string();
}

TEST(Origin, OnlyTrustedPeersCount) {
  const std::vector<AddressRange> trusted = {*AddressRange::parse("10.0.0.0/8"),
                                             *AddressRange::parse("fd00::/8")};
  // A stranger says what it likes.
  EXPECT_EQ(seen("203.0.113.9", {"198.51.100.1"}, trusted), "203.0.113.9");
  EXPECT_EQ(seen("203.0.113.9", {"10.0.0.1"}, trusted), "203.0.113.9");
  EXPECT_EQ(seen("10.0.0.1", {"198.51.100.1"}, {}), "10.0.0.1");
  // The rightmost that is not trusted; what a client put in front of it does not count.
  EXPECT_EQ(seen("10.0.0.1", {"198.51.100.1"}, trusted), "198.51.100.1");
  EXPECT_EQ(seen("10.0.0.1", {"192.0.2.66, 198.51.100.1"}, trusted), "198.51.100.1");
  EXPECT_EQ(seen("10.0.0.1", {"192.0.2.66 ,198.51.100.1,\t10.1.1.1"}, trusted), "198.51.100.1");
  EXPECT_EQ(seen("10.0.0.1", {"192.0.2.66", "198.51.100.1, 10.0.0.2"}, trusted), "198.51.100.1");
  EXPECT_EQ(seen("fd00::1", {"2001:db8::7"}, trusted), "2001:db8::7");
  EXPECT_EQ(seen("::ffff:10.0.0.1", {"198.51.100.1"}, trusted), "198.51.100.1");
  // All are trusted: the one furthest away.
  EXPECT_EQ(seen("10.0.0.1", {"10.3.3.3, 10.2.2.2"}, trusted), "10.3.3.3");
  // No address: the last one that somebody vouched for.
  EXPECT_EQ(seen("10.0.0.1", {"198.51.100.1, unknown"}, trusted), "10.0.0.1");
  EXPECT_EQ(seen("10.0.0.1", {"198.51.100.1, , 10.0.0.2"}, trusted), "10.0.0.2");
  EXPECT_EQ(seen("10.0.0.1", {""}, trusted), "10.0.0.1");
  EXPECT_EQ(seen("10.0.0.1", {}, trusted), "10.0.0.1");
  EXPECT_EQ(seen("10.0.0.1", {"198.51.100.1:4711"}, trusted), "198.51.100.1");
  EXPECT_EQ(seen("10.0.0.1", {"[2001:db8::7]"}, trusted), "2001:db8::7");
  EXPECT_EQ(seen("10.0.0.1", {"[2001:db8::7]:443"}, trusted), "2001:db8::7");
}

TEST(Origin, TheProtocolIsTheNearestProxysWord) {
  const std::vector<AddressRange> trusted = {*AddressRange::parse("10.0.0.0/8")};
  const auto tls = [&](std::string_view peer, bool peer_tls, const std::vector<std::string>& said) {
    Headers headers;
    for (const std::string& one : said) headers.add("X-Forwarded-Proto", one);
    return origin_of({{ip(peer), 1}, peer_tls}, headers, trusted).tls;
  };
  EXPECT_TRUE(tls("10.0.0.1", false, {"https"}));
  EXPECT_FALSE(tls("10.0.0.1", false, {"https, http"}));
  EXPECT_FALSE(tls("10.0.0.1", true, {"http"}));
  EXPECT_TRUE(tls("10.0.0.1", true, {}));
  EXPECT_FALSE(tls("203.0.113.9", false, {"https"}));
}

TEST(Origin, AProxyOnAUnixSocketIsTrustedBySetting) {
  Headers headers;
  headers.add("X-Forwarded-For", "198.51.100.1");
  const Peer peer{{}, false, true};
  EXPECT_EQ(origin_of(peer, headers, {}).client.ip, ip("198.51.100.1"));
  EXPECT_EQ(origin_of({}, headers, {}).client.ip, IpAddress());
}

}  // namespace
}  // namespace turnpike::http
