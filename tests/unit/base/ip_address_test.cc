// Text forms of addresses: the table of RFC 5952, what must be refused, and random round trips.
#include "base/ip_address.h"

#include <gtest/gtest.h>

#include <string>

#include "base/rng.h"

namespace turnpike {
namespace {

std::string canonical(std::string_view text) {
  const auto ip = IpAddress::parse(text);
  return ip ? ip->to_string() : "(refused)";
}

TEST(IpAddressParse, Ipv4) {
  EXPECT_EQ(canonical("0.0.0.0"), "0.0.0.0");
  EXPECT_EQ(canonical("255.255.255.255"), "255.255.255.255");
  EXPECT_EQ(canonical("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(IpAddress::parse("192.0.2.1"), IpAddress::v4(192, 0, 2, 1));
  EXPECT_EQ(IpAddress::parse("192.0.2.1")->v4_value(), 0xc0000201U);
}

TEST(IpAddressParse, RefusesWhatIsNotADottedQuad) {
  for (const std::string_view text :
       {"",           " ",         "1",          "1.2",      "1.2.3",     "1.2.3.",
        "1.2.3.4.",   "1.2.3.4.5", ".1.2.3",     "1..2.3",   "127.1",     "0x7f.0.0.1",
        "0177.0.0.1", "01.2.3.4",  "1.2.3.04",   "00.0.0.0", "256.0.0.1", "1.2.3.256",
        "1.2.3.1000", "1.2.3.-4",  "1.2.3.+4",   "+1.2.3.4", " 1.2.3.4",  "1.2.3.4 ",
        "1.2.3.4/24", "1.2.3.a",   "2130706433", "1.2.3.4\n"}) {
    EXPECT_EQ(canonical(text), "(refused)") << text;
  }
  EXPECT_EQ(canonical(std::string_view("1.2.3.4\0", 8)), "(refused)");
}

struct TextPair {
  std::string_view text;
  std::string_view canonical;
};

// RFC 5952 sections 1, 2 and 4: forms of one address, and the one that is written.
TEST(IpAddressText, Rfc5952Table) {
  constexpr TextPair kRows[] = {
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:db8::1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:0db8::1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:db8:0:0:1::1", "2001:db8::1:0:0:1"},
      {"2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"},
      {"2001:db8::aaaa:0:0:1", "2001:db8::aaaa:0:0:1"},
      {"2001:db8:0:0:aaaa::1", "2001:db8::aaaa:0:0:1"},
      {"2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"},
      {"2001:db8:aaaa:bbbb:cccc:dddd::1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1"},
      {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:0:0:1:0:0:0", "2001:db8:0:0:1::"},
      {"0:0:1:0:0:1:0:0", "::1:0:0:1:0:0"},
      {"2001:0db8:aaaa:bbbb:cccc:DDDD:eeee:AAAA", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa"},
      {"0:0:0:0:0:0:0:0", "::"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"1:0:0:0:0:0:0:0", "1::"},
      {"1::", "1::"},
      {"::", "::"},
      {"fe80::0001", "fe80::1"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
  };
  for (const TextPair& row : kRows) EXPECT_EQ(canonical(row.text), row.canonical) << row.text;
}

// RFC 5952 section 5; other embedded forms have no prefix that says so, and stay hexadecimal.
TEST(IpAddressText, DottedQuadsInsideIpv6) {
  EXPECT_EQ(canonical("::ffff:192.0.2.1"), "::ffff:192.0.2.1");
  EXPECT_EQ(canonical("::FFFF:c000:0201"), "::ffff:192.0.2.1");
  EXPECT_EQ(canonical("::192.0.2.1"), "::c000:201");
  EXPECT_EQ(canonical("64:ff9b::192.0.2.33"), "64:ff9b::c000:221");
  EXPECT_EQ(canonical("1:2:3:4:5:6:192.0.2.1"), "1:2:3:4:5:6:c000:201");
  EXPECT_EQ(canonical("::fffe:192.0.2.1"), "::fffe:c000:201");
}

TEST(IpAddressParse, RefusesWhatIsNotIpv6) {
  for (const std::string_view text : {":",
                                      ":::",
                                      "::::",
                                      "1",
                                      "1:2:3:4:5:6:7",
                                      "1:2:3:4:5:6:7:8:9",
                                      "1:2:3:4:5:6:7:8:",
                                      ":1:2:3:4:5:6:7:8",
                                      "1::2::3",
                                      "::1::",
                                      "1:::2",
                                      ":1::",
                                      "1::2:",
                                      "12345::",
                                      "::fffff",
                                      "::g",
                                      "::-1",
                                      "::+1",
                                      "::0x1",
                                      "[::1]",
                                      "::1%eth0",
                                      "fe80::1%1",
                                      "::1/128",
                                      " ::1",
                                      "::1 ",
                                      "1:2:3:4:5:6:7:1.2.3.4",
                                      "1.2.3.4::",
                                      "1.2.3.4::1",
                                      "::1.2.3.4:1",
                                      "::1.2.3",
                                      "::1.2.3.256",
                                      "::01.2.3.4",
                                      "1:2:3:4:5:6:7::8:9",
                                      "1:2:3:4:5:6:7:8::",
                                      "::1:2:3:4:5:6:7:8",
                                      "1:2:3:4::5:6:7:8:9",
                                      "::1.2.3.4.5",
                                      "::.1.2.3"}) {
    EXPECT_EQ(canonical(text), "(refused)") << text;
  }
}

TEST(IpAddressParse, TheGapStandsForAtLeastOneGroup) {
  EXPECT_EQ(canonical("1:2:3:4::5:6:7:8"), "(refused)");
  EXPECT_EQ(canonical("1:2:3::5:6:7:8"), "1:2:3:0:5:6:7:8");
}

TEST(IpAddressText, RandomAddressesReadBack) {
  SeededRng rng(5952);
  for (int round = 0; round < 5000; ++round) {
    std::array<std::uint8_t, 16> bytes{};
    rng.fill(bytes);
    for (std::size_t group = 0; group < 8; ++group) {  // zero runs of all shapes
      if (rng.below(2) == 0) store_be16(bytes.data() + 2 * group, 0);
    }
    const IpAddress v6 = IpAddress::v6(bytes);
    EXPECT_EQ(IpAddress::parse(v6.to_string()), v6) << v6.to_string();
    const IpAddress v4 = IpAddress::v4(load_be32(bytes.data()));
    EXPECT_EQ(IpAddress::parse(v4.to_string()), v4) << v4.to_string();
  }
}

TEST(IpAddressParse, RandomTextIsRefusedOrReadsBack) {
  constexpr std::string_view kAlphabet = "0123456789abcdef::::....[]%/ ";
  SeededRng rng(4291);
  for (int round = 0; round < 50000; ++round) {
    std::string text;
    for (std::uint64_t n = rng.below(20); n > 0; --n)
      text += kAlphabet[rng.below(kAlphabet.size())];
    if (const auto ip = IpAddress::parse(text)) {
      EXPECT_EQ(IpAddress::parse(ip->to_string()), ip) << text;
    }
  }
}

TEST(IpAddress, OrderIsByFamilyThenByNumber) {
  EXPECT_LT(IpAddress::v4(1, 2, 3, 4), IpAddress::v4(1, 2, 4, 0));
  EXPECT_LT(IpAddress::v4(127, 0, 0, 1), IpAddress::v4(128, 0, 0, 0));
  EXPECT_LT(IpAddress::v4(255, 255, 255, 255), *IpAddress::parse("::"));
  EXPECT_LT(*IpAddress::parse("::ffff"), *IpAddress::parse("::1:0"));
}

TEST(IpAddress, SpecialAddresses) {
  EXPECT_TRUE(IpAddress().is_unspecified());
  EXPECT_TRUE(IpAddress::parse("::")->is_unspecified());
  EXPECT_FALSE(IpAddress::parse("::1")->is_unspecified());
  EXPECT_TRUE(IpAddress::parse("::1")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("::2")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("1::1")->is_loopback());
  EXPECT_TRUE(IpAddress::v4(127, 255, 0, 9).is_loopback());
  EXPECT_FALSE(IpAddress::v4(128, 0, 0, 1).is_loopback());
  EXPECT_EQ(IpAddress::any(AddressFamily::kIpv6).bytes().size(), 16U);
  EXPECT_EQ(IpAddress::any(AddressFamily::kIpv4).bytes().size(), 4U);
}

TEST(Endpoint, ReadsAndWrites) {
  for (const char* text : {"192.0.2.1:0", "192.0.2.1:65535", "[::1]:3478", "[2001:db8::1]:443"}) {
    ASSERT_TRUE(Endpoint::parse(text)) << text;
    EXPECT_EQ(Endpoint::parse(text)->to_string(), text);
  }
}

TEST(Endpoint, RefusesOtherForms) {
  for (const std::string_view text : {"",
                                      ":",
                                      "192.0.2.1",
                                      "192.0.2.1:",
                                      "192.0.2.1:65536",
                                      "192.0.2.1:-1",
                                      "192.0.2.1:+1",
                                      "192.0.2.1: 1",
                                      "192.0.2.1:1 ",
                                      "192.0.2.1:0x1",
                                      "::1:3478",
                                      "[::1]",
                                      "[::1]:",
                                      "[::1:3478",
                                      "::1]:3478",
                                      "[192.0.2.1]:3478",
                                      "[]:1",
                                      ":3478",
                                      "host:3478",
                                      "[::1]3478"}) {
    EXPECT_FALSE(Endpoint::parse(text)) << text;
  }
}

TEST(Transport, NamesAreCoturns) {
  EXPECT_EQ(transport_name(Transport::kUdp), "UDP");
  EXPECT_EQ(transport_name(Transport::kTcp), "TCP");
  EXPECT_EQ(transport_name(Transport::kTls), "TLS/TCP");
  EXPECT_EQ(transport_name(Transport::kDtls), "DTLS");
}

}  // namespace
}  // namespace turnpike
