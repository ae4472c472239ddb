#include "base/hidden_ipv4.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace turnpike {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> hidden_in(std::string_view text) {
  std::vector<std::string> out;
  const HiddenIpv4 hidden = hidden_ipv4(IpAddress::parse(text).value());
  for (const IpAddress& ip : hidden.view()) out.push_back(ip.to_string());
  return out;
}

TEST(HiddenIpv4, UnwrapsEveryTransitionForm) {
  EXPECT_THAT(hidden_in("::ffff:10.1.2.3"), ElementsAre("10.1.2.3"));
  EXPECT_THAT(hidden_in("::10.1.2.3"), ElementsAre("10.1.2.3"));
  EXPECT_THAT(hidden_in("::ffff:0:10.1.2.3"), ElementsAre("10.1.2.3"));
  EXPECT_THAT(hidden_in("2002:a01:203::"), ElementsAre("10.1.2.3"));
  EXPECT_THAT(hidden_in("2002:a01:203:ffff:1:2:3:4"), ElementsAre("10.1.2.3"));
  EXPECT_THAT(hidden_in("64:ff9b::10.1.2.3"), ElementsAre("10.1.2.3"));
}

// RFC 4380 section 4: bytes 4 to 7 are the server, the last four the client with every bit
// inverted.
TEST(HiddenIpv4, UnwrapsTeredoServerThenClient) {
  EXPECT_THAT(hidden_in("2001:0:4136:e378:8000:63bf:3fff:fdd2"),
              ElementsAre("65.54.227.120", "192.0.2.45"));
}

TEST(HiddenIpv4, UnwrapsIsatapBehindAnyPrefix) {
  EXPECT_THAT(hidden_in("fe80::5efe:10.1.2.3"), ElementsAre("10.1.2.3"));
  EXPECT_THAT(hidden_in("fe80::200:5efe:10.1.2.3"), ElementsAre("10.1.2.3"));
  EXPECT_THAT(hidden_in("2a00:1450:1:2:0:5efe:10.1.2.3"), ElementsAre("10.1.2.3"));
  EXPECT_THAT(hidden_in("2a00:1450:1:2:200:5efe:10.1.2.3"), ElementsAre("10.1.2.3"));
  EXPECT_THAT(hidden_in("2a00:1450:1:2:100:5efe:10.1.2.3"), IsEmpty());
  EXPECT_THAT(hidden_in("2a00:1450:1:2:0:5eff:10.1.2.3"), IsEmpty());
}

TEST(HiddenIpv4, UnwrapsLocalNat64AsEachLengthThatShowsTheAddress) {
  EXPECT_THAT(hidden_in("64:ff9b:1::10.1.2.3"), ElementsAre("10.1.2.3"));
  EXPECT_THAT(hidden_in("64:ff9b:1:aaaa:bbbb:cccc:10.1.2.3"), ElementsAre("10.1.2.3"));
  // /64: bytes 9 to 12; what looks like the tail of a /96 is shown too.
  EXPECT_THAT(hidden_in("64:ff9b:1:1:a:102:300:0"), ElementsAre("10.1.2.3", "3.0.0.0"));
  // /48 and /56 leave an empty tail.
  EXPECT_THAT(hidden_in("64:ff9b:1:a01:2:300::"), testing::Contains("0.0.0.0"));
  EXPECT_THAT(hidden_in("64:ff9b:1:a:1:203::"), testing::Contains("0.0.0.0"));
}

TEST(HiddenIpv4, ShowsEveryAddressOfAFormInsideAForm) {
  EXPECT_THAT(hidden_in("2002:a01:203::5efe:192.168.1.1"), ElementsAre("10.1.2.3", "192.168.1.1"));
  EXPECT_THAT(hidden_in("2001:0:a01:203:0:5efe:f5fe:fdfc"),
              ElementsAre("10.1.2.3", "245.254.253.252"));
}

TEST(HiddenIpv4, FindsNothingInOrdinaryAddresses) {
  for (const std::string_view text :
       {"::", "::1", "10.1.2.3", "2a00:1450::1", "2001:1::a01:203",
        "2003:a01:203::", "64:ff9b:2::a01:203", "64:ff9b:0:0:0:1:a01:203", "::1:0:a01:203",
        "::fffe:a01:203", "::1:ffff:0:a01:203", "fe80::1", "ff02::1"}) {
    EXPECT_THAT(hidden_in(text), IsEmpty()) << text;
  }
}

TEST(HiddenIpv4, CompatibleFormBeginsBehindLoopback) {
  EXPECT_THAT(hidden_in("::2"), ElementsAre("0.0.0.2"));
  EXPECT_THAT(hidden_in("::ffff:0.0.0.0"), ElementsAre("0.0.0.0"));
  EXPECT_THAT(hidden_in("::ffff:0.0.0.1"), ElementsAre("0.0.0.1"));
}

}  // namespace
}  // namespace turnpike
