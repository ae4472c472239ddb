#include "relay/server/relay_ports.h"

#include <gtest/gtest.h>

#include <set>

namespace turnpike::server {
namespace {

const IpAddress kV4 = IpAddress::v4(192, 0, 2, 1);
const IpAddress kOtherV4 = IpAddress::v4(192, 0, 2, 2);
const IpAddress kV6 = *IpAddress::parse("2001:db8::1");
constexpr MonotonicTime kStart{};

RelayPortsSettings small(unsigned shards) {
  return {.addresses = {kV4, kV6},
          .min_port = 20000,
          .max_port = 20007,
          .shards = shards,
          .quarantine = seconds(2)};
}

RelayPortWish wish(unsigned shard, AddressFamily family, turn::PortWish port) {
  return {.shard = shard, .family = family, .port = port, .preferred = {}};
}

TEST(RelayPorts, TriesThePreferredAddressFirst) {
  SeededRng rng(1);
  RelayPortsSettings settings = small(1);
  settings.addresses = {kV4, kOtherV4};
  RelayPorts ports(settings);
  RelayPortWish other = wish(0, AddressFamily::kIpv4, turn::PortWish::kAny);
  other.preferred = kOtherV4;
  for (int i = 0; i < 8; ++i) EXPECT_EQ(ports.take(other, rng, kStart)->value.ip, kOtherV4);
  EXPECT_EQ(ports.take(other, rng, kStart)->value.ip, kV4);
}

TEST(RelayPorts, OneShardMayUseEveryPortOfTheRange) {
  SeededRng rng(1);
  RelayPorts ports(small(4));
  std::set<std::uint16_t> seen;
  for (int i = 0; i < 8; ++i) {
    const auto address =
        ports.take(wish(3, AddressFamily::kIpv4, turn::PortWish::kAny), rng, kStart);
    ASSERT_TRUE(address);
    EXPECT_EQ(address->value.ip, kV4);
    seen.insert(address->value.port);
  }
  EXPECT_EQ(seen.size(), 8U);
  EXPECT_FALSE(ports.take(wish(3, AddressFamily::kIpv4, turn::PortWish::kAny), rng, kStart));
  EXPECT_TRUE(ports.take(wish(3, AddressFamily::kIpv6, turn::PortWish::kAny), rng, kStart));
}

TEST(RelayPorts, FamiliesDoNotMix) {
  SeededRng rng(1);
  RelayPortsSettings settings = small(1);
  settings.addresses = {kV4};
  RelayPorts ports(settings);
  EXPECT_FALSE(ports.take(wish(0, AddressFamily::kIpv6, turn::PortWish::kAny), rng, kStart));
}

TEST(RelayPorts, UsesEveryRelayAddress) {
  SeededRng rng(1);
  RelayPortsSettings settings = small(1);
  settings.addresses = {kV4, kOtherV4};
  RelayPorts ports(settings);
  std::set<IpAddress> seen;
  for (int i = 0; i < 16; ++i) {
    seen.insert(
        ports.take(wish(0, AddressFamily::kIpv4, turn::PortWish::kAny), rng, kStart)->value.ip);
  }
  EXPECT_EQ(seen.size(), 2U);
}

TEST(RelayPorts, AnEvenPairTakesBothAndEachIsGivenBackOnItsOwn) {
  SeededRng rng(7);
  RelayPorts ports(small(2));
  const std::size_t all = ports.free_count();
  const auto even =
      ports.take(wish(0, AddressFamily::kIpv4, turn::PortWish::kEvenAndNext), rng, kStart);
  ASSERT_TRUE(even);
  EXPECT_EQ(even->value.port % 2, 0);
  EXPECT_EQ(ports.free_count(), all - 2);
  ports.give_back(*even, kStart);
  ports.give_back({{even->value.ip, static_cast<std::uint16_t>(even->value.port + 1)}}, kStart);
  // Both come back once their rest is over and somebody asks.
  const auto next =
      ports.take(wish(0, AddressFamily::kIpv4, turn::PortWish::kAny), rng, kStart + seconds(3));
  ASSERT_TRUE(next);
  EXPECT_GE(ports.free_count(), all - 3);
}

TEST(RelayPorts, AReleasedPortRests) {
  SeededRng rng(3);
  RelayPortsSettings settings = small(1);
  settings.addresses = {kV4};
  settings.max_port = settings.min_port;
  RelayPorts ports(settings);
  const auto only = ports.take(wish(0, AddressFamily::kIpv4, turn::PortWish::kAny), rng, kStart);
  ASSERT_TRUE(only);
  EXPECT_EQ(ports.used_count(), 1U);
  ports.give_back(*only, kStart);
  EXPECT_EQ(ports.used_count(), 0U) << "it rests";
  EXPECT_EQ(ports.free_count(), 0U);
  EXPECT_FALSE(
      ports.take(wish(0, AddressFamily::kIpv4, turn::PortWish::kAny), rng, kStart + seconds(1)));
  EXPECT_EQ(
      ports.take(wish(0, AddressFamily::kIpv4, turn::PortWish::kAny), rng, kStart + seconds(3)),
      only);
}

}  // namespace
}  // namespace turnpike::server
