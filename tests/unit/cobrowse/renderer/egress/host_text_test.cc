#include "cobrowse/renderer/egress/host_text.h"

#include <gtest/gtest.h>

namespace turnpike::egress {
namespace {

std::string read(std::string_view text) {
  const auto host = parse_host(text);
  if (!host) return std::string(reason_name(host.error()));
  return (host->address ? "address " : "name ") + host->text;
}

TEST(HostText, NamesGetOneForm) {
  EXPECT_EQ(read("example.org"), "name example.org");
  EXPECT_EQ(read("EXAMPLE.Org"), "name example.org");
  EXPECT_EQ(read("example.org."), "name example.org");
  EXPECT_EQ(read("localhost"), "name localhost");
  EXPECT_EQ(read("_dmarc.a-b.example"), "name _dmarc.a-b.example");
  EXPECT_EQ(read("xn--mnchen-3ya.example"), "name xn--mnchen-3ya.example");
  EXPECT_EQ(read("1.example"), "name 1.example");
  EXPECT_EQ(read("0x7f.1.example"), "name 0x7f.1.example");
  EXPECT_EQ(read("1.2.3.4.nip.example"), "name 1.2.3.4.nip.example");
  EXPECT_EQ(read("0xg"), "name 0xg");
}

TEST(HostText, AddressesGetOneForm) {
  EXPECT_EQ(read("127.0.0.1"), "address 127.0.0.1");
  EXPECT_EQ(read("127.0.0.1."), "address 127.0.0.1");
  EXPECT_EQ(read("[::1]"), "address ::1");
  EXPECT_EQ(read("::1"), "address ::1");
  EXPECT_EQ(read("[0:0::0:1]"), "address ::1");
  EXPECT_EQ(read("[2001:DB8::A]"), "address 2001:db8::a");
  EXPECT_EQ(read("[::FFFF:127.0.0.1]"), "address ::ffff:127.0.0.1");
}

TEST(HostText, NumbersThatAResolverTakesForAnAddressAreRefused) {
  for (const std::string_view text :
       {"2130706433", "0",           "017700000001", "0x7f000001",  "0X7F000001",
        "0x7f.1",     "127.1",       "127.0.1",      "0177.0.0.1",  "0x7f.0x0.0x0.0x1",
        "127.0.0.01", "127.0.0.0x1", "127.0.0.1.1",  "1.2.3.256",   "1.2.3.99999999999",
        "0x",         "a.0x",        "example.0",    "2130706433.", "127.1.",
        "08.8.8.8"}) {
    EXPECT_EQ(read(text), "numeric_host") << text;
  }
}

TEST(HostText, EverythingElseIsNoHost) {
  for (const std::string_view text : {"",
                                      ".",
                                      "..",
                                      "localhost..",
                                      ".example.org",
                                      "example..org",
                                      "127.0.0.1..",
                                      "%31.example",
                                      "127%2e0.0.1",
                                      "loc%61lhost",
                                      "example.org%00",
                                      "a b",
                                      "a/b",
                                      "user@example.org",
                                      "a\\b",
                                      "example.org#",
                                      "*",
                                      "*.example.org",
                                      "[::1",
                                      "::1]",
                                      "[127.0.0.1]",
                                      "[::1%25lo]",
                                      "[]",
                                      "[fe80::1%eth0]",
                                      "example.org:80",
                                      "1:2",
                                      "[[::1]]",
                                      "[::1].",
                                      "m\xc3\xbcnchen.example",
                                      "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1",
                                      "127\xe3\x80\x82"
                                      "0.0.1"}) {
    EXPECT_EQ(read(text), "bad_host") << text;
  }
  EXPECT_EQ(read(std::string_view("example.org\0", 12)), "bad_host");
}

TEST(HostText, LengthsOfTheNameSystemHold) {
  const std::string label(kMaxLabelBytes, 'a');
  EXPECT_EQ(read(label + ".example"), "name " + label + ".example");
  EXPECT_EQ(read(label + "a.example"), "bad_host");
  const std::string longest = label + "." + label + "." + label + "." + label.substr(2);
  ASSERT_EQ(longest.size(), kMaxHostBytes);
  EXPECT_EQ(read(longest), "name " + longest);
  EXPECT_EQ(read(longest + "a"), "bad_host");
}

TEST(HostText, InAUrlOnlyIpv6HasBrackets) {
  EXPECT_EQ(parse_host("::1")->in_url(), "[::1]");
  EXPECT_EQ(parse_host("192.0.2.1")->in_url(), "192.0.2.1");
  EXPECT_EQ(parse_host("Example.org")->in_url(), "example.org");
}

}  // namespace
}  // namespace turnpike::egress
