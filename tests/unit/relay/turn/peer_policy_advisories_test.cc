// Published ways around the peer policy of other TURN servers, one named test each: this policy
// must not have them. The T numbers are those of the project's list of advisories. Every entry
// point uses this one check, so what holds here holds for all of them.
#include <gtest/gtest.h>

#include <string>

#include "relay/turn/peer_policy.h"

namespace turnpike::turn {
namespace {

PeerPolicy policy(bool safe, std::initializer_list<std::string_view> denied = {}) {
  PeerPolicySettings settings{.safe = safe};
  for (const std::string_view text : denied) {
    settings.denied.push_back(IpRange::parse(text).value());
  }
  return PeerPolicy(std::move(settings));
}

bool allowed(const PeerPolicy& policy, std::string_view address) {
  return policy.check(IpAddress::parse(address).value()).allowed();
}

// Loopback peers were allowed by default.
TEST(Advisories, T2_Cve2018_4058_LoopbackIsDeniedByDefault) {
  for (const bool safe : {true, false}) {
    EXPECT_FALSE(allowed(policy(safe), "127.0.0.1")) << safe;
    EXPECT_FALSE(allowed(policy(safe), "127.255.255.254")) << safe;
    EXPECT_FALSE(allowed(policy(safe), "::1")) << safe;
  }
}

// The unspecified addresses reach this host too, and were no loopback addresses.
TEST(Advisories, T6_Cve2020_26262_UnspecifiedAddressesAreNoWayToLoopback) {
  for (const bool safe : {true, false}) {
    for (const std::string_view address :
         {"0.0.0.0", "0.0.0.1", "0.1.2.3", "0.255.255.255", "::", "::1", "::0.0.0.2"}) {
      EXPECT_FALSE(allowed(policy(safe), address)) << safe << " " << address;
    }
  }
}

// The mapped form was compared with IPv4 ranges and matched none.
TEST(Advisories, T8_Cve2026_27624_MappedFormDoesNotPassTheDenyList) {
  const PeerPolicy denying = policy(false, {"10.0.0.0-10.255.255.255", "8.8.8.8"});
  for (const std::string_view address :
       {"::ffff:10.0.0.1", "::ffff:a00:1", "0:0:0:0:0:ffff:10.255.255.255", "::ffff:8.8.8.8"}) {
    EXPECT_FALSE(allowed(denying, address)) << address;
  }
  EXPECT_TRUE(allowed(denying, "::ffff:11.0.0.1"));
}

TEST(Advisories, T15_Cve2026_53450_MappedLoopbackIsLoopback) {
  for (const bool safe : {true, false}) {
    for (const std::string_view address :
         {"::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:127.255.255.255", "::ffff:0.0.0.0"}) {
      EXPECT_FALSE(allowed(policy(safe), address)) << safe << " " << address;
    }
  }
}

// 6to4, NAT64 and compatible forms were not unwrapped for Connect.
TEST(Advisories, T17_Cve2026_73212_EveryTransitionFormIsUnwrapped) {
  for (const bool safe : {true, false}) {
    const PeerPolicy denying = policy(safe, {"10.0.0.0/8"});
    for (const std::string_view address : {"::127.0.0.1",
                                           "2002:7f00:1::",
                                           "2002:7f00:1::1",
                                           "64:ff9b::127.0.0.1",
                                           "64:ff9b:1::127.0.0.1",
                                           "2001:0:7f00:1::",
                                           "2001:0:808:808::80ff:fffe",
                                           "2a00::5efe:127.0.0.1",
                                           "2a00::200:5efe:127.0.0.1",
                                           "::ffff:0:127.0.0.1",
                                           "::10.0.0.1",
                                           "2002:a00:1::",
                                           "64:ff9b::10.0.0.1",
                                           "64:ff9b:1::10.0.0.1",
                                           "2001:0:a00:1::",
                                           "2001:0:808:808::f5ff:fffe",
                                           "2a00::5efe:10.0.0.1",
                                           "::169.254.169.254",
                                           "2002:a9fe:a9fe::",
                                           "64:ff9b::169.254.169.254"}) {
      EXPECT_FALSE(allowed(denying, address)) << safe << " " << address;
    }
  }
}

// IPv6 ranges were compared component by component, so that an address inside the range whose later
// parts are smaller than those of its first address, or greater than those of its last, was
// outside.
TEST(Advisories, T22_Cve2026_73213_RangesNotAlignedToComponents) {
  const PeerPolicy denying =
      policy(false, {"2a00:0:0:5::9-2a00:0:2:3::4", "2a01:ffff::ffff-2a02::1"});
  for (const std::string_view inside :
       {"2a00:0:0:5::9", "2a00:0:0:5::a", "2a00:0:0:6::1", "2a00:0:1::", "2a00:0:1:ffff::ffff",
        "2a00:0:2::ffff", "2a00:0:2:3::4", "2a00:0:2:2:ffff:ffff:ffff:ffff",
        "2a01:ffff:1::", "2a01:ffff::1:0", "2a02::", "2a02::1"}) {
    EXPECT_FALSE(allowed(denying, inside)) << inside;
  }
  for (const std::string_view outside :
       {"2a00:0:0:5::8", "2a00:0:0:4:ffff::", "2a00::ffff:0:0:9", "2a00:0:2:3::5",
        "2a00:0:2:4::", "2a00:0:3::", "2a01:ffff::fffe", "2a02::2", "2a02:0:0:1::"}) {
    EXPECT_TRUE(allowed(denying, outside)) << outside;
  }
}

// Security test 1: what somebody finds who scans the inside through the relay, without any line in
// the configuration.
TEST(Advisories, InternalNetworksAreClosedByDefault) {
  const PeerPolicy safe = policy(true);
  for (const std::string_view network : {"10.0", "10.255", "172.16", "172.31", "192.168", "100.64",
                                         "100.127", "169.254", "127.0", "198.18", "224.0"}) {
    for (int third = 0; third < 256; third += 5) {
      for (int fourth = 0; fourth < 256; fourth += 3) {
        const std::string address =
            std::string(network) + "." + std::to_string(third) + "." + std::to_string(fourth);
        ASSERT_FALSE(allowed(safe, address)) << address;
        ASSERT_FALSE(allowed(safe, "::ffff:" + address)) << address;
        ASSERT_FALSE(allowed(safe, "64:ff9b::" + address)) << address;
      }
    }
  }
}

// The deny list that is published for Coturn and copied everywhere must not close the internet.
TEST(Advisories, PublishedDenyListLeavesTheInternetOpen) {
  const PeerPolicy published = policy(false, {"0.0.0.0-0.255.255.255",
                                              "10.0.0.0-10.255.255.255",
                                              "100.64.0.0-100.127.255.255",
                                              "127.0.0.0-127.255.255.255",
                                              "169.254.0.0-169.254.255.255",
                                              "172.16.0.0-172.31.255.255",
                                              "192.0.0.0-192.0.0.255",
                                              "192.0.2.0-192.0.2.255",
                                              "192.88.99.0-192.88.99.255",
                                              "192.168.0.0-192.168.255.255",
                                              "198.18.0.0-198.19.255.255",
                                              "198.51.100.0-198.51.100.255",
                                              "203.0.113.0-203.0.113.255",
                                              "240.0.0.0-255.255.255.255",
                                              "::1",
                                              "64:ff9b::-64:ff9b::ffff:ffff",
                                              "::ffff:0.0.0.0-::ffff:255.255.255.255",
                                              "100::-100::ffff:ffff:ffff:ffff",
                                              "2001::-2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
                                              "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                                              "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                                              "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"});
  EXPECT_TRUE(allowed(published, "8.8.8.8"));
  EXPECT_TRUE(allowed(published, "2a00:1450:4001:82a::200e"));
  EXPECT_FALSE(allowed(published, "::ffff:8.8.8.8"));
  EXPECT_FALSE(allowed(published, "2002:808:808::1"));
}

}  // namespace
}  // namespace turnpike::turn
