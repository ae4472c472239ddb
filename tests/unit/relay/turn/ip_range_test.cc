#include "relay/turn/ip_range.h"

#include <gtest/gtest.h>

namespace turnpike::turn {
namespace {

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

struct Row {
  std::string_view text;
  std::string_view first;
  std::string_view last;
};

TEST(IpRange, ReadsSinglesPairsAndPrefixes) {
  constexpr std::string_view kAllOnes = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  const Row rows[] = {
      {"10.1.2.3", "10.1.2.3", "10.1.2.3"},
      {"10.0.0.0-10.255.255.255", "10.0.0.0", "10.255.255.255"},
      {"10.1.2.3-10.1.2.3", "10.1.2.3", "10.1.2.3"},
      {"10.0.0.0/8", "10.0.0.0", "10.255.255.255"},
      {"172.16.0.0/12", "172.16.0.0", "172.31.255.255"},
      {"192.0.2.128/25", "192.0.2.128", "192.0.2.255"},
      {"192.0.2.5/32", "192.0.2.5", "192.0.2.5"},
      {"128.0.0.0/1", "128.0.0.0", "255.255.255.255"},
      {"2001:db8::1", "2001:db8::1", "2001:db8::1"},
      {"2001:db8::-2001:db8::ffff", "2001:db8::", "2001:db8::ffff"},
      {"fc00::/7", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"2001::/23", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"3fff::/20", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"2001:db8::80/121", "2001:db8::80", "2001:db8::ff"},
      {"::ffff:10.0.0.0/104", "::ffff:10.0.0.0", "::ffff:10.255.255.255"},
      {"::1/128", "::1", "::1"},
      // Every address of the family.
      {"0.0.0.0", "0.0.0.0", "255.255.255.255"},
      {"0.0.0.0/0", "0.0.0.0", "255.255.255.255"},
      {"::", "::", kAllOnes},
      {"0:0::0", "::", kAllOnes},
      {"::/0", "::", kAllOnes},
      // Said with a length or a second address it is only what it says.
      {"0.0.0.0/32", "0.0.0.0", "0.0.0.0"},
      {"0.0.0.0-0.0.0.0", "0.0.0.0", "0.0.0.0"},
      {"::/128", "::", "::"},
  };
  for (const Row& row : rows) {
    const auto range = IpRange::parse(row.text);
    ASSERT_TRUE(range.has_value()) << row.text;
    EXPECT_EQ(range->first, ip(row.first)) << row.text;
    EXPECT_EQ(range->last, ip(row.last)) << row.text;
    EXPECT_EQ(range->text, row.text);
  }
}

TEST(IpRange, RefusesEverythingElse) {
  for (const std::string_view text : {"",
                                      " ",
                                      "-",
                                      "/",
                                      "10.0.0.1-",
                                      "-10.0.0.1",
                                      "10.0.0.1/",
                                      "/8",
                                      "10.0.0.0/33",
                                      "10.0.0.0/-1",
                                      "10.0.0.0/+8",
                                      "10.0.0.0/08",
                                      "10.0.0.0/8 ",
                                      " 10.0.0.0/8",
                                      "10.0.0.0 /8",
                                      "10.0.0.0/8/8",
                                      "10.0.0.0/8-10.1.0.0",
                                      "10.0.0.0-10.1.0.0/16",
                                      "10.0.0.1/8",
                                      "10.0.0.1/31",
                                      "10.0.0.0/a",
                                      "10.0.0.0/1e1",
                                      "10.0.0.0/4294967304",
                                      "10.0.0.9-10.0.0.8",
                                      "10.0.0.0-2001:db8::1",
                                      "2001:db8::1-10.0.0.0",
                                      "10.0.0.0-10.0.0.1-10.0.0.2",
                                      "10.0.0",
                                      "10.0.0.0.0",
                                      "10.0.0.256",
                                      "010.0.0.1",
                                      "0x0a000001",
                                      "167772161",
                                      "10.1-2.3.4",
                                      "localhost",
                                      "example.org",
                                      "example-host",
                                      "10.0.0.0-example.org",
                                      "[::1]",
                                      "[::1]/128",
                                      "::1%lo",
                                      "fe80::1%eth0",
                                      "fc00::/129",
                                      "fc00::1/7",
                                      "2001:db8::2-2001:db8::1",
                                      "::/",
                                      "10.0.0.1:80",
                                      "10.0.0.0,10.0.0.1",
                                      "10.*",
                                      "any"}) {
    EXPECT_FALSE(IpRange::parse(text).has_value()) << text;
  }
  EXPECT_FALSE(IpRange::parse(std::string_view("10.0.0.1\0", 9)).has_value());
}

TEST(IpRange, ContainsBothEndsAndNothingOutside) {
  const IpRange range = IpRange::parse("192.168.10.5-192.168.11.4").value();
  EXPECT_TRUE(range.contains(ip("192.168.10.5")));
  EXPECT_TRUE(range.contains(ip("192.168.10.255")));
  EXPECT_TRUE(range.contains(ip("192.168.11.4")));
  EXPECT_FALSE(range.contains(ip("192.168.10.4")));
  EXPECT_FALSE(range.contains(ip("192.168.11.5")));
  EXPECT_FALSE(range.contains(ip("::c0a8:a05")));
}

TEST(IpRange, AllOfAFamilyLeavesTheOtherOut) {
  EXPECT_FALSE(IpRange::parse("0.0.0.0")->contains(ip("::1")));
  EXPECT_FALSE(IpRange::parse("::")->contains(ip("255.255.255.255")));
  EXPECT_FALSE(IpRange::parse("::")->contains(ip("0.0.0.0")));
}

}  // namespace
}  // namespace turnpike::turn
