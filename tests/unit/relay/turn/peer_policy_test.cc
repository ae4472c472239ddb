#include "relay/turn/peer_policy.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace turnpike::turn {
namespace {

using enum PeerVerdict;

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

std::vector<IpRange> ranges(std::initializer_list<std::string_view> texts) {
  std::vector<IpRange> out;
  for (const std::string_view text : texts) out.push_back(IpRange::parse(text).value());
  return out;
}

PeerPolicy safe_policy(std::initializer_list<std::string_view> allowed = {},
                       std::initializer_list<std::string_view> denied = {}) {
  return PeerPolicy({.allowed = ranges(allowed), .denied = ranges(denied)});
}

PeerPolicy coturn_policy(std::initializer_list<std::string_view> allowed = {},
                         std::initializer_list<std::string_view> denied = {}) {
  return PeerPolicy({.safe = false, .allowed = ranges(allowed), .denied = ranges(denied)});
}

PeerVerdict verdict(const PeerPolicy& policy, std::string_view address) {
  return policy.check(ip(address)).verdict;
}

struct Row {
  std::string_view address;
  PeerVerdict safe;
  PeerVerdict coturn;
};

// Each special range at its ends, and the neighbours outside.
constexpr Row kRows[] = {
    {"0.0.0.0", kNeverAllowed, kNeverAllowed},
    {"0.255.255.255", kNeverAllowed, kNeverAllowed},
    {"1.0.0.0", kAllowed, kAllowed},
    {"8.8.8.8", kAllowed, kAllowed},
    {"9.255.255.255", kAllowed, kAllowed},
    {"10.0.0.0", kDeniedByDefault, kAllowed},
    {"10.255.255.255", kDeniedByDefault, kAllowed},
    {"11.0.0.0", kAllowed, kAllowed},
    {"100.63.255.255", kAllowed, kAllowed},
    {"100.64.0.0", kDeniedByDefault, kAllowed},
    {"100.100.100.200", kDeniedByDefault, kAllowed},
    {"100.127.255.255", kDeniedByDefault, kAllowed},
    {"100.128.0.0", kAllowed, kAllowed},
    {"126.255.255.255", kAllowed, kAllowed},
    {"127.0.0.0", kLoopback, kLoopback},
    {"127.255.255.255", kLoopback, kLoopback},
    {"128.0.0.0", kAllowed, kAllowed},
    {"168.63.129.15", kAllowed, kAllowed},
    {"168.63.129.16", kDeniedByDefault, kAllowed},
    {"168.63.129.17", kAllowed, kAllowed},
    {"169.253.255.255", kAllowed, kAllowed},
    {"169.254.0.0", kDeniedByDefault, kNeverAllowed},
    {"169.254.169.254", kDeniedByDefault, kNeverAllowed},
    {"169.254.255.255", kDeniedByDefault, kNeverAllowed},
    {"169.255.0.0", kAllowed, kAllowed},
    {"172.15.255.255", kAllowed, kAllowed},
    {"172.16.0.0", kDeniedByDefault, kAllowed},
    {"172.31.255.255", kDeniedByDefault, kAllowed},
    {"172.32.0.0", kAllowed, kAllowed},
    {"192.0.0.0", kDeniedByDefault, kAllowed},
    {"192.0.0.192", kDeniedByDefault, kAllowed},
    {"192.0.1.0", kAllowed, kAllowed},
    {"192.0.2.255", kDeniedByDefault, kAllowed},
    {"192.0.3.0", kAllowed, kAllowed},
    {"192.31.196.1", kAllowed, kAllowed},
    {"192.88.99.1", kDeniedByDefault, kAllowed},
    {"192.167.255.255", kAllowed, kAllowed},
    {"192.168.0.0", kDeniedByDefault, kAllowed},
    {"192.168.255.255", kDeniedByDefault, kAllowed},
    {"192.169.0.0", kAllowed, kAllowed},
    {"198.17.255.255", kAllowed, kAllowed},
    {"198.18.0.0", kDeniedByDefault, kAllowed},
    {"198.19.255.255", kDeniedByDefault, kAllowed},
    {"198.20.0.0", kAllowed, kAllowed},
    {"198.51.100.7", kDeniedByDefault, kAllowed},
    {"203.0.113.7", kDeniedByDefault, kAllowed},
    {"223.255.255.255", kAllowed, kAllowed},
    {"224.0.0.0", kNeverAllowed, kAllowed},
    {"239.255.255.255", kNeverAllowed, kAllowed},
    {"240.0.0.0", kNeverAllowed, kAllowed},
    {"255.255.255.254", kNeverAllowed, kAllowed},
    {"255.255.255.255", kNeverAllowed, kAllowed},
    {"::", kNeverAllowed, kNeverAllowed},
    {"::1", kLoopback, kLoopback},
    {"64:ff9b::8.8.8.8", kAllowed, kAllowed},
    {"64:ff9b:1::8.8.8.8", kDeniedByDefault, kAllowed},
    {"100::1", kDeniedByDefault, kAllowed},
    {"100:0:0:1::1", kDeniedByDefault, kAllowed},
    {"100:0:0:2::", kAllowed, kAllowed},
    {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", kAllowed, kAllowed},
    {"2001:1::1", kDeniedByDefault, kAllowed},
    {"2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", kDeniedByDefault, kAllowed},
    {"2001:200::", kAllowed, kAllowed},
    {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", kAllowed, kAllowed},
    {"2001:db8::", kDeniedByDefault, kAllowed},
    {"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", kDeniedByDefault, kAllowed},
    {"2001:db9::", kAllowed, kAllowed},
    {"2a00:1450:4001:82a::200e", kAllowed, kAllowed},
    {"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", kAllowed, kAllowed},
    {"3fff::", kDeniedByDefault, kAllowed},
    {"3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", kDeniedByDefault, kAllowed},
    {"3fff:1000::", kAllowed, kAllowed},
    {"5f00::1", kDeniedByDefault, kAllowed},
    {"fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", kAllowed, kAllowed},
    {"fc00::", kDeniedByDefault, kNeverAllowed},
    {"fd00:ec2::254", kDeniedByDefault, kNeverAllowed},
    {"fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", kDeniedByDefault, kNeverAllowed},
    {"fe00::", kAllowed, kAllowed},
    {"fe80::", kDeniedByDefault, kNeverAllowed},
    {"febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", kDeniedByDefault, kNeverAllowed},
    {"fec0::", kDeniedByDefault, kNeverAllowed},
    {"feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", kDeniedByDefault, kNeverAllowed},
    {"ff00::", kNeverAllowed, kAllowed},
    {"ff02::1", kNeverAllowed, kAllowed},
};

TEST(PeerPolicy, SafeDefaults) {
  const PeerPolicy policy;
  for (const Row& row : kRows) EXPECT_EQ(verdict(policy, row.address), row.safe) << row.address;
}

TEST(PeerPolicy, CoturnDefaults) {
  const PeerPolicy policy = coturn_policy();
  for (const Row& row : kRows) EXPECT_EQ(verdict(policy, row.address), row.coturn) << row.address;
}

TEST(PeerPolicy, CoturnDeniesMulticastAndBroadcastWhenTold) {
  const PeerPolicy policy({.safe = false, .no_multicast = true});
  for (const std::string_view address :
       {"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "ff02::1"}) {
    EXPECT_EQ(verdict(policy, address), kNeverAllowed) << address;
  }
  EXPECT_EQ(verdict(policy, "10.0.0.1"), kAllowed);
}

TEST(PeerPolicy, LoopbackIsOpenedByItsOwnOptionOnly) {
  EXPECT_EQ(verdict(safe_policy({"127.0.0.1", "::1", "0.0.0.0", "::"}), "127.0.0.1"), kLoopback);
  EXPECT_EQ(verdict(safe_policy({"127.0.0.1", "::1", "0.0.0.0", "::"}), "::1"), kLoopback);
  const PeerPolicy open({.allow_loopback = true, .denied = ranges({"127.0.0.2"})});
  EXPECT_EQ(verdict(open, "127.0.0.1"), kAllowed);
  EXPECT_EQ(verdict(open, "::1"), kAllowed);
  EXPECT_EQ(verdict(open, "::ffff:127.0.0.1"), kAllowed);
  EXPECT_EQ(verdict(open, "127.0.0.2"), kDeniedByList);
  EXPECT_EQ(verdict(open, "0.0.0.0"), kNeverAllowed);
  EXPECT_EQ(verdict(open, "::"), kNeverAllowed);
}

TEST(PeerPolicy, NothingOpensWhatIsNeverAllowed) {
  const PeerPolicy policy({.allow_loopback = true, .allowed = ranges({"0.0.0.0", "::"})});
  for (const std::string_view address :
       {"0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::", "ff02::1",
        "::ffff:0.0.0.0", "::ffff:224.0.0.1", "2002::", "64:ff9b::0.0.0.0"}) {
    EXPECT_EQ(verdict(policy, address), kNeverAllowed) << address;
  }
}

TEST(PeerPolicy, AllowEntryOpensWhatSafeDeniesByDefault) {
  const PeerPolicy policy =
      safe_policy({"10.1.2.3", "169.254.0.0/16", "fc00::/7", "fe80::/10", "2001:db8::/32"});
  for (const std::string_view address :
       {"10.1.2.3", "169.254.169.254", "fd00::1", "fd00:ec2::254", "fe80::1", "2001:db8::1"}) {
    EXPECT_EQ(verdict(policy, address), kAllowed) << address;
  }
  EXPECT_EQ(verdict(policy, "10.1.2.4"), kDeniedByDefault);
  EXPECT_EQ(verdict(policy, "fec0::1"), kDeniedByDefault);
}

// Coturn 4.13.1: the allow list cannot open these.
TEST(PeerPolicy, AllowEntryDoesNotOpenLinkScopeUnderCoturnsPolicy) {
  const PeerPolicy policy = coturn_policy({"0.0.0.0", "::"});
  for (const std::string_view address :
       {"169.254.169.254", "fd00::1", "fe80::1", "fec0::1", "::ffff:169.254.169.254"}) {
    const PeerDecision decision = policy.check(ip(address));
    EXPECT_EQ(decision.verdict, kNeverAllowed) << address;
    EXPECT_EQ(line_that_would_allow(decision), "") << address;
  }
}

TEST(PeerPolicy, AllowListGoesBeforeDenyList) {
  for (const bool safe : {true, false}) {
    const PeerPolicy policy({.safe = safe,
                             .allowed = ranges({"8.8.8.8", "10.1.0.0/16"}),
                             .denied = ranges({"8.8.8.0/24", "10.0.0.0-10.255.255.255"})});
    EXPECT_EQ(verdict(policy, "8.8.8.8"), kAllowed);
    EXPECT_EQ(verdict(policy, "8.8.8.9"), kDeniedByList);
    EXPECT_EQ(verdict(policy, "10.1.2.3"), kAllowed);
    EXPECT_EQ(verdict(policy, "10.2.2.3"), kDeniedByList);
    EXPECT_EQ(verdict(policy, "8.8.9.0"), kAllowed);
  }
}

// The one way to deny by default that Coturn has.
TEST(PeerPolicy, UnspecifiedEntryMeansTheWholeFamily) {
  const PeerPolicy policy = coturn_policy({"8.8.8.8", "2a00::/16"}, {"0.0.0.0", "::"});
  EXPECT_EQ(verdict(policy, "8.8.8.8"), kAllowed);
  EXPECT_EQ(verdict(policy, "8.8.4.4"), kDeniedByList);
  EXPECT_EQ(verdict(policy, "2a00::1"), kAllowed);
  EXPECT_EQ(verdict(policy, "2b00::1"), kDeniedByList);
}

TEST(PeerPolicy, DeniesWhenTheAddressItselfOrWhatItCarriesIsDenied) {
  const PeerPolicy policy = coturn_policy({}, {"10.0.0.0/8", "2002::/16", "::ffff:0:0/96"});
  EXPECT_EQ(verdict(policy, "2002:808:808::1"), kDeniedByList);    // itself
  EXPECT_EQ(verdict(policy, "::ffff:8.8.8.8"), kDeniedByList);     // itself
  EXPECT_EQ(verdict(policy, "64:ff9b::10.0.0.1"), kDeniedByList);  // what it carries
  EXPECT_EQ(verdict(policy, "64:ff9b::8.8.8.8"), kAllowed);
  // An entry for the mapped form says nothing about plain IPv4: such entries stand in published
  // lists.
  EXPECT_EQ(verdict(policy, "8.8.8.8"), kAllowed);
}

TEST(PeerPolicy, AllowEntryCountsForTheFormItNames) {
  // The carried address is denied, and the entry names the outer one.
  EXPECT_EQ(verdict(safe_policy({"::"}), "::ffff:10.0.0.1"), kDeniedByDefault);
  EXPECT_EQ(verdict(safe_policy({"2002::/16"}), "2002:a00:1::"), kDeniedByDefault);
  // The entry names the carried address, and the outer one is denied.
  EXPECT_EQ(verdict(safe_policy({"10.0.0.1"}), "64:ff9b:1::10.0.0.1"), kDeniedByDefault);
  EXPECT_EQ(verdict(safe_policy({"10.0.0.1", "64:ff9b:1::/96"}), "64:ff9b:1::10.0.0.1"), kAllowed);
  EXPECT_EQ(verdict(safe_policy({"10.0.0.1"}), "::ffff:10.0.0.1"), kAllowed);
}

TEST(PeerPolicy, TeredoIsJudgedByServerClientAndItself) {
  const PeerPolicy policy = safe_policy({"2001::/32"});
  EXPECT_EQ(verdict(PeerPolicy(), "2001:0:808:808::f7f7:f7f7"), kDeniedByDefault);
  EXPECT_EQ(verdict(policy, "2001:0:808:808::f7f7:f7f7"), kAllowed);          // 8.8.8.8 both
  EXPECT_EQ(verdict(policy, "2001:0:a00:1::f7f7:f7f7"), kDeniedByDefault);    // server 10.0.0.1
  EXPECT_EQ(verdict(policy, "2001:0:808:808::f5ff:fffe"), kDeniedByDefault);  // client 10.0.0.1
  EXPECT_EQ(verdict(policy, "2001:0:808:808::80ff:fffe"), kLoopback);         // client 127.0.0.1
}

TEST(PeerPolicy, TellsTheHardestDenial) {
  // The server is private, the client unspecified.
  const PeerDecision decision = PeerPolicy().check(ip("2001:0:a00:1::ffff:ffff"));
  EXPECT_EQ(decision.verdict, kNeverAllowed);
  EXPECT_EQ(decision.canonical, ip("0.0.0.0"));
}

TEST(PeerPolicy, DecisionNamesRangeAndCanonicalForm) {
  const PeerPolicy policy = safe_policy({}, {"8.8.8.0/24", "8.8.0.0-8.8.255.255"});
  const PeerDecision listed = policy.check(ip("::ffff:8.8.8.8"));
  EXPECT_EQ(listed.verdict, kDeniedByList);
  EXPECT_EQ(listed.range, "8.8.8.0/24");
  EXPECT_EQ(listed.canonical, ip("8.8.8.8"));
  const PeerDecision metadata = policy.check(ip("169.254.169.254"));
  EXPECT_EQ(metadata.range, "169.254.169.254/32");
  EXPECT_EQ(policy.check(ip("2002:a01:203::1")).range, "10.0.0.0/8");
  const PeerDecision open = policy.check(ip("2a00::1"));
  EXPECT_EQ(open.range, "");
  EXPECT_EQ(open.canonical, ip("2a00::1"));
}

TEST(PeerPolicy, DecisionSurvivesACopyOfThePolicy) {
  auto original = std::make_unique<PeerPolicy>(safe_policy({}, {"8.8.8.8"}));
  const PeerPolicy copy = *original;
  original.reset();
  EXPECT_EQ(copy.check(ip("8.8.8.8")).range, "8.8.8.8");
}

TEST(PeerPolicy, OnlyTheSafePolicyGuardsOurOwnAddresses) {
  EXPECT_TRUE(PeerPolicy().guards_own_addresses());
  EXPECT_FALSE(coturn_policy().guards_own_addresses());
}

TEST(LineThatWouldAllow, NamesOptionAndCanonicalForm) {
  const PeerPolicy policy = safe_policy({}, {"8.8.8.0/24"});
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"10.1.2.3", "allowed-peer-ip=10.1.2.3"},
      {"::ffff:10.1.2.3", "allowed-peer-ip=10.1.2.3"},
      {"2002:a01:203::", "allowed-peer-ip=10.1.2.3"},
      {"8.8.8.8", "allowed-peer-ip=8.8.8.8"},
      {"FD00:0:0::1", "allowed-peer-ip=fd00::1"},
      {"127.0.0.1", "allow-loopback-peers"},
      {"::ffff:127.0.0.1", "allow-loopback-peers"},
      {"0.0.0.0", ""},
      {"224.0.0.1", ""},
      {"9.9.9.9", ""},
  };
  for (const auto& [address, line] : rows) {
    EXPECT_EQ(line_that_would_allow(policy.check(ip(address))), line) << address;
  }
}

// The promise of the line: with it, one denial less.
TEST(LineThatWouldAllow, DoesAllow) {
  for (const std::string_view address : {"10.1.2.3", "::ffff:10.1.2.3", "2002:a01:203::", "fd00::1",
                                         "169.254.169.254", "fe80::1", "2001:db8::7", "8.8.8.8"}) {
    const std::string line =
        line_that_would_allow(safe_policy({}, {"8.8.8.0/24"}).check(ip(address)));
    ASSERT_TRUE(line.starts_with("allowed-peer-ip=")) << address;
    const std::string entry = line.substr(line.find('=') + 1);
    EXPECT_EQ(verdict(safe_policy({entry}, {"8.8.8.0/24"}), address), kAllowed) << address;
  }
}

}  // namespace
}  // namespace turnpike::turn
