#include "relay/server/network_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

IpAddress ip(std::string_view text) {
  return *IpAddress::parse(text);
}

Result<IpAddress, std::string> resolve(std::string_view text) {
  if (const auto address = IpAddress::parse(text)) return *address;
  return fail(std::string("cannot be resolved"));
}

const std::vector<net::LocalAddress> kMachine = {
    {ip("127.0.0.1"), "lo", true, true, false},
    {ip("10.0.0.5"), "eth0", true, false, false},
    {ip("172.17.0.1"), "docker0", true, false, false},
    {ip("2001:db8::5"), "eth0", true, false, false},
};

NetworkPlanOutcome plan(const conf::TurnserverConfig& config, bool tls = false) {
  return plan_network(config, tls, kMachine, &resolve);
}

TEST(NetworkPlan, ListensOnEveryAddressByDefault) {
  const auto out = plan({});
  EXPECT_THAT(out.errors, IsEmpty());
  EXPECT_THAT(out.plan.udp,
              ElementsAre(Endpoint{ip("10.0.0.5"), 3478}, Endpoint{ip("172.17.0.1"), 3478},
                          Endpoint{ip("2001:db8::5"), 3478}));
  EXPECT_EQ(out.plan.streams.size(), 3U);
  EXPECT_TRUE(out.plan.relay_follows_listener);
  EXPECT_THAT(out.plan.relay_addresses,
              ElementsAre(ip("10.0.0.5"), ip("172.17.0.1"), ip("2001:db8::5")));
}

TEST(NetworkPlan, TlsAddsItsPortForStreamsOnly) {
  conf::TurnserverConfig config;
  config.listening_ip = {"10.0.0.5"};
  config.tls_listening_port = 443;
  const auto out = plan(config, true);
  EXPECT_THAT(out.plan.udp, ElementsAre(Endpoint{ip("10.0.0.5"), 3478}));
  EXPECT_THAT(out.plan.streams,
              ElementsAre(Endpoint{ip("10.0.0.5"), 3478}, Endpoint{ip("10.0.0.5"), 443}));
}

TEST(NetworkPlan, OnePortForBothIsOpenedOnce) {
  conf::TurnserverConfig config;
  config.listening_ip = {"10.0.0.5"};
  config.listening_port = config.tls_listening_port = 443;
  EXPECT_EQ(plan(config, true).plan.streams.size(), 1U);
}

TEST(NetworkPlan, AnInterfaceNarrowsTheDefault) {
  conf::TurnserverConfig config;
  config.listening_device = "docker0";
  EXPECT_THAT(plan(config).plan.udp, ElementsAre(Endpoint{ip("172.17.0.1"), 3478}));
}

TEST(NetworkPlan, AWildcardListenerRelaysFromRealAddresses) {
  conf::TurnserverConfig config;
  config.listening_ip = {"0.0.0.0"};
  EXPECT_THAT(plan(config).plan.relay_addresses, ElementsAre(ip("10.0.0.5"), ip("172.17.0.1")));
}

TEST(NetworkPlan, RelayIpIsTakenAsItIs) {
  conf::TurnserverConfig config;
  config.relay_ip = {"10.0.0.5"};
  const auto out = plan(config);
  EXPECT_THAT(out.plan.relay_addresses, ElementsAre(ip("10.0.0.5")));
  EXPECT_FALSE(out.plan.relay_follows_listener);
}

TEST(NetworkPlan, ASingleExternalAddressIsForItsFamily) {
  conf::TurnserverConfig config;
  config.listening_ip = {"10.0.0.5", "2001:db8::5", "127.0.0.1"};
  config.external_ip = {"192.0.2.9"};
  EXPECT_THAT(plan(config).plan.advertised, ElementsAre(Pair(ip("10.0.0.5"), ip("192.0.2.9"))));
}

TEST(NetworkPlan, PairsAndOneSingleForEachFamily) {
  conf::TurnserverConfig config;
  config.external_ip = {"192.0.2.1/10.0.0.5", "192.0.2.2", "2001:db8:9::1"};
  EXPECT_THAT(plan(config).plan.advertised,
              testing::UnorderedElementsAre(Pair(ip("10.0.0.5"), ip("192.0.2.1")),
                                            Pair(ip("172.17.0.1"), ip("192.0.2.2")),
                                            Pair(ip("2001:db8::5"), ip("2001:db8:9::1"))));
}

TEST(NetworkPlan, ASecondSingleOfAFamilyIsSaidToBeIgnored) {
  conf::TurnserverConfig config;
  config.external_ip = {"192.0.2.1", "192.0.2.2"};
  const auto out = plan(config);
  EXPECT_THAT(out.warnings, ElementsAre(HasSubstr("192.0.2.2/PRIVATE-IP")));
  EXPECT_THAT(out.errors, IsEmpty());
}

TEST(NetworkPlan, AMappingOfAnotherMachineIsSaidToHaveNoEffect) {
  conf::TurnserverConfig config;
  config.external_ip = {"192.0.2.1/10.9.9.9"};
  EXPECT_THAT(plan(config).warnings, ElementsAre(HasSubstr("10.9.9.9 is not a relay address")));
}

TEST(NetworkPlan, AnAddressThatIsNoneStopsTheStart) {
  conf::TurnserverConfig config;
  config.listening_ip = {"nowhere.invalid"};
  EXPECT_THAT(plan(config).errors, ElementsAre(HasSubstr("listening-ip")));
}

TEST(NetworkPlan, NothingToListenOnStopsTheStart) {
  conf::TurnserverConfig config;
  config.no_udp = config.no_tcp = true;
  EXPECT_FALSE(plan(config).errors.empty());
  EXPECT_TRUE(plan(config, true).errors.empty());
}

TEST(NetworkPlan, OwnPeerPorts) {
  conf::TurnserverConfig config;
  config.own_peer_ports = {"3480", "16384-32768"};
  EXPECT_EQ(plan(config).plan.own_peer_ports.size(), 2U);
  for (const char* wrong : {"70000", "5-4", "http", "1-", ""}) {
    config.own_peer_ports = {wrong};
    EXPECT_THAT(plan(config).errors, ElementsAre(HasSubstr("own-peer-ports"))) << wrong;
  }
}

TEST(NetworkPlan, TheAddressBookKnowsEveryForm) {
  conf::TurnserverConfig config;
  config.listening_ip = {"172.17.0.1"};
  config.relay_ip = {"10.0.0.5"};
  config.external_ip = {"192.0.2.1/10.0.0.5"};
  config.own_peer_ports = {"5004-5005"};
  turn::RelayAddressBook book;
  fill_address_book(plan(config).plan, book);
  for (const char* own : {"172.17.0.1", "10.0.0.5", "192.0.2.1"}) {
    EXPECT_TRUE(book.is_own(ip(own))) << own;
  }
  EXPECT_EQ(book.to_internal(ip("192.0.2.1")), ip("10.0.0.5"));
  EXPECT_EQ(book.to_advertised(ip("10.0.0.5")), ip("192.0.2.1"));
  EXPECT_FALSE(book.is_reachable({ip("10.0.0.5"), 22}));
  EXPECT_TRUE(book.is_reachable({ip("172.17.0.1"), 5004}));
}

}  // namespace
}  // namespace turnpike::server
