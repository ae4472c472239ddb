#include "relay/net/interfaces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/relay/net/loopback.h"

namespace turnpike::net {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

LocalAddress address(const char* ip) {
  return {.ip = *IpAddress::parse(ip), .device = "e", .up = true};
}
LocalAddress loopback_address(const char* ip) {
  LocalAddress out = address(ip);
  out.loopback = true;
  return out;
}
LocalAddress link_local_address(const char* ip) {
  LocalAddress out = address(ip);
  out.link_local = true;
  return out;
}
IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

TEST(ListeningAddresses, EverythingThatIsUpButLinkLocalAndLoopback) {
  LocalAddress down = address("10.0.0.9");
  down.up = false;
  const std::vector<LocalAddress> all = {loopback_address("127.0.0.1"),
                                         address("10.0.0.1"),
                                         down,
                                         link_local_address("169.254.3.4"),
                                         link_local_address("fe80::1"),
                                         address("0.0.0.0"),
                                         address("2001:db8::1")};
  EXPECT_THAT(choose_listening_addresses(all), ElementsAre(ip("10.0.0.1"), ip("2001:db8::1")));
}

TEST(ListeningAddresses, LoopbackWhenItIsAllThereIs) {
  const std::vector<LocalAddress> all = {loopback_address("127.0.0.1"), loopback_address("::1"),
                                         link_local_address("fe80::1")};
  EXPECT_THAT(choose_listening_addresses(all), ElementsAre(ip("127.0.0.1"), ip("::1")));
  EXPECT_THAT(choose_listening_addresses({}), IsEmpty());
}

TEST(LocalAddresses, FindsTheLoopbackOfThisMachineOnce) {
  int found = 0;
  for (const LocalAddress& a : local_addresses()) {
    if (a.ip != ip("127.0.0.1")) continue;
    ++found;
    EXPECT_TRUE(a.loopback);
    EXPECT_FALSE(a.link_local);
    EXPECT_FALSE(a.device.empty());
  }
  EXPECT_EQ(found, 1);
}

TEST(LocalAddresses, TheDefaultOnesCanBeBound) {
  for (const IpAddress& a : default_listening_addresses()) {
    EXPECT_TRUE(open_udp_socket({.bind = {a, 0}})) << a.to_string();
  }
}

TEST(ResolveHost, TakesAddressesAsTheyAre) {
  EXPECT_EQ(resolve_host("192.0.2.7"), ip("192.0.2.7"));
  EXPECT_EQ(resolve_host("2001:db8::7"), ip("2001:db8::7"));
}

TEST(ResolveHost, KnowsLocalhost) {
  const auto found = resolve_host("localhost");
  ASSERT_TRUE(found) << found.error();
  EXPECT_TRUE(found->is_loopback());
}

TEST(ResolveHost, SaysWhichNameFailed) {
  const auto found = resolve_host("no host.invalid");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error(), HasSubstr("cannot resolve host name \"no host.invalid\""));
  EXPECT_FALSE(resolve_host(""));
  EXPECT_FALSE(resolve_host(std::string_view("local\0host", 10)));
}

}  // namespace
}  // namespace turnpike::net
