#include "cobrowse/renderer/egress/egress_policy.h"

#include <gtest/gtest.h>

#include <array>

#include "base/special_ranges.h"

namespace turnpike::egress {
namespace {

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

/// The addresses that may be used, or the reason.
std::string judge(const EgressPolicySettings& settings, std::string_view host, std::uint16_t port,
                  std::initializer_list<std::string_view> resolved = {}) {
  const auto policy = EgressPolicy::make(settings);
  if (!policy) return policy.error();
  std::vector<IpAddress> addresses;
  for (const std::string_view text : resolved) addresses.push_back(ip(text));
  const auto judged = policy->judge(host, port, addresses);
  if (!judged) return std::string(reason_name(judged.error()));
  std::string out;
  for (const IpAddress& good : *judged) out += (out.empty() ? "" : " ") + good.to_string();
  return out;
}

std::string judge(std::string_view host, std::initializer_list<std::string_view> resolved = {}) {
  return judge(EgressPolicySettings{}, host, 443, resolved);
}

constexpr std::string_view kPublic = "93.184.216.34";

TEST(EgressPolicy, SitesOfTheInternetAreAllowed) {
  EXPECT_EQ(judge("example.org", {kPublic, "2606:2800:220:1::1"}),
            "93.184.216.34 2606:2800:220:1::1");
  EXPECT_EQ(judge("93.184.216.34"), kPublic);
  EXPECT_EQ(judge("[2606:2800:220:1::1]"), "2606:2800:220:1::1");
  EXPECT_EQ(judge("example.org", {kPublic, kPublic}), kPublic);
  EXPECT_EQ(judge("example.org"), "unresolved");
}

TEST(EgressPolicy, EverySpecialRangeIsClosed) {
  for (const SpecialRange& row : special_ranges()) {
    const std::string_view first = row.cidr.substr(0, row.cidr.find('/'));
    EXPECT_EQ(judge("example.org", {first}), "internal_address") << row.cidr;
    EXPECT_EQ(judge(std::string(first)), "internal_address") << row.cidr;
  }
}

TEST(EgressPolicy, AddressesThatAttacksAreAfterAreClosed) {
  for (const std::string_view text : {"127.0.0.1",
                                      "127.255.255.254",
                                      "10.0.0.1",
                                      "172.31.255.255",
                                      "192.168.1.1",
                                      "100.64.0.1",
                                      "169.254.169.254",
                                      "169.254.170.2",
                                      "fd00:ec2::254",
                                      "fd12::1",
                                      "fe80::1",
                                      "::1",
                                      "::",
                                      "0.0.0.0",
                                      "224.0.0.1",
                                      "ff02::1",
                                      "192.0.2.1",
                                      "2001:db8::1",
                                      "198.18.0.1",
                                      "255.255.255.255",
                                      "240.0.0.1",
                                      "100.100.100.200",
                                      "168.63.129.16"}) {
    EXPECT_EQ(judge("example.org", {text}), "internal_address") << text;
  }
}

TEST(EgressPolicy, Ipv4HiddenInIpv6IsClosedInEveryNotation) {
  for (const std::string_view text :
       {"::ffff:127.0.0.1", "::127.0.0.1", "::ffff:0:127.0.0.1",
        "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::10.0.0.1",
        "2a00:1450:1:2:0:5efe:10.1.2.3", "2a00:1450:1:2:200:5efe:10.1.2.3",
        // Carrying an address of the internet does not help, but for NAT64.
        "::ffff:93.184.216.34", "::93.184.216.34", "2002:5db8:d822::1",
        "2a00:1450:1:2:0:5efe:93.184.216.34"}) {
    EXPECT_EQ(judge("example.org", {text}), "internal_address") << text;
    EXPECT_EQ(judge("[" + std::string(text) + "]"), "internal_address") << text;
  }
  EXPECT_EQ(judge("example.org", {"64:ff9b::93.184.216.34"}), "64:ff9b::5db8:d822");
}

TEST(EgressPolicy, OfMixedAnswersTheGoodOnesAreUsed) {
  EXPECT_EQ(judge("example.org", {"127.0.0.1", kPublic, "::1", "10.0.0.1"}), kPublic);
  EXPECT_EQ(judge("example.org", {"127.0.0.1", "10.0.0.1"}), "internal_address");
}

TEST(EgressPolicy, HostsThatAreAddressesAreJudgedAndNotWhatIsSaidAboutThem) {
  EXPECT_EQ(judge("127.0.0.1", {kPublic}), "internal_address");
  EXPECT_EQ(judge("127.0.0.1."), "internal_address");
  EXPECT_EQ(judge("[::1]", {kPublic}), "internal_address");
}

TEST(EgressPolicy, NumbersAndBadSpellingsAreRefusedWithAnyAddress) {
  for (const std::string_view host : {"0x7f.1", "2130706433", "0177.0.0.1", "127.1", "1.2.3.4.5"}) {
    EXPECT_EQ(judge(host, {kPublic}), "numeric_host") << host;
  }
  for (const std::string_view host : {"loc%61lhost", "localhost..", "", "a@b"}) {
    EXPECT_EQ(judge(host, {kPublic}), "bad_host") << host;
  }
}

TEST(EgressPolicy, InternalNamesAreRefusedWithAnyAddress) {
  for (const std::string_view host : {"localhost", "LOCALHOST.", "a.localhost", "printer.local",
                                      "metadata.google.internal", "internal", "nas.home.arpa"}) {
    EXPECT_EQ(judge(host, {kPublic}), "internal_name") << host;
  }
  EXPECT_EQ(judge("notlocalhost", {kPublic}), kPublic);
  EXPECT_EQ(judge("local.example", {kPublic}), kPublic);
}

TEST(EgressPolicy, OnlyAllowedPorts) {
  EXPECT_EQ(judge({}, "example.org", 80, {kPublic}), kPublic);
  for (const auto port : std::to_array<std::uint16_t>({22, 25, 8080, 0})) {
    EXPECT_EQ(judge({}, "example.org", port, {kPublic}), "port") << port;
  }
  EXPECT_EQ(judge({.allowed_ports = {8080}}, "example.org", 8080, {kPublic}), kPublic);
  EXPECT_EQ(judge({.allowed_ports = {8080}}, "example.org", 80, {kPublic}), "port");
}

TEST(EgressPolicy, ListsOfSites) {
  const EgressPolicySettings lists{.allowed_sites = {"example.org", "*.example.org", "a.test:8443"},
                                   .denied_sites = {"bad.example.org", "*:80"}};
  EXPECT_EQ(judge(lists, "example.org", 443, {kPublic}), kPublic);
  EXPECT_EQ(judge(lists, "www.example.org", 443, {kPublic}), kPublic);
  EXPECT_EQ(judge(lists, "BAD.example.org.", 443, {kPublic}), "denied_site");
  EXPECT_EQ(judge(lists, "www.example.org", 80, {kPublic}), "denied_site");
  EXPECT_EQ(judge(lists, "other.test", 443, {kPublic}), "unlisted_site");
  EXPECT_EQ(judge(lists, "a.test", 8443, {kPublic}), kPublic);
  EXPECT_EQ(judge(lists, "a.test", 443, {kPublic}), "unlisted_site");
  EXPECT_EQ(judge(lists, "www.example.org", 8443, {kPublic}), "port");
  // Being listed opens no address.
  EXPECT_EQ(judge(lists, "example.org", 443, {"10.0.0.1"}), "internal_address");
}

TEST(EgressPolicy, InternalSitesByName) {
  const EgressPolicySettings bank{.allowed_sites = {"example.org"},
                                  .denied_sites = {"hr.corp.example"},
                                  .allow_internal = {"*.corp.example", "localhost:8080"}};
  EXPECT_EQ(judge(bank, "crm.corp.example", 443, {"10.1.2.3"}), "10.1.2.3");
  EXPECT_EQ(judge(bank, "crm.corp.example", 443, {"fd12::1"}), "fd12::1");
  EXPECT_EQ(judge(bank, "hr.corp.example", 443, {"10.1.2.3"}), "denied_site");
  EXPECT_EQ(judge(bank, "example.org", 443, {"10.1.2.3"}), "internal_address");
  EXPECT_EQ(judge(bank, "localhost", 8080, {"127.0.0.1"}), "127.0.0.1");
  EXPECT_EQ(judge(bank, "localhost", 443, {"127.0.0.1"}), "unlisted_site");
  EXPECT_EQ(judge(bank, "127.0.0.1", 8080), "port");
}

// A name below a site that is trusted may be somebody else's.
TEST(EgressPolicy, MetadataAndTheLinkAreOpenedByRangesOnly) {
  for (const std::string_view text : {"169.254.169.254", "169.254.170.2", "fd00:ec2::254",
                                      "100.100.100.200", "fe80::1", "168.63.129.16"}) {
    EXPECT_EQ(judge({.allow_internal = {"*.corp.example"}}, "a.corp.example", 443, {text}),
              "internal_address")
        << text;
    EXPECT_EQ(judge({.allow_internal = {std::string(text)}}, "a.corp.example", 443, {text}), text);
  }
}

TEST(EgressPolicy, InternalRanges) {
  const EgressPolicySettings ranges{.allow_internal = {"10.1.0.0/16", "2002:a01::/32"}};
  EXPECT_EQ(judge(ranges, "example.org", 443, {"10.1.2.3", "10.2.0.1"}), "10.1.2.3");
  EXPECT_EQ(judge(ranges, "10.1.2.3", 443), "10.1.2.3");
  EXPECT_EQ(judge(ranges, "printer.local", 443, {"10.1.2.3"}), "internal_name");
  // Both what carries and what is carried have to be open.
  EXPECT_EQ(judge(ranges, "example.org", 443, {"2002:a01:203::"}), "2002:a01:203::");
  EXPECT_EQ(judge({.allow_internal = {"2002:a01::/32"}}, "a.test", 443, {"2002:a01:203::"}),
            "internal_address");
  EXPECT_EQ(judge({.allow_internal = {"10.1.0.0/16"}}, "a.test", 443, {"2002:a01:203::"}),
            "internal_address");
}

TEST(EgressPolicy, SomeAddressesAreOpenedByNothing) {
  const EgressPolicySettings all{.allow_internal = {"0.0.0.0/0", "::/0", "*"}};
  for (const std::string_view text : {"0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255"}) {
    EXPECT_EQ(judge(all, "example.org", 443, {text}), "internal_address") << text;
  }
  EXPECT_EQ(judge(all, "example.org", 443, {"127.0.0.1"}), "127.0.0.1");
}

TEST(EgressPolicy, OwnAddressesAreRefusedEvenWhereInternalOnesAreAllowed) {
  const EgressPolicySettings own{.allow_internal = {"10.0.0.0/8", "64:ff9b::/96", "::ffff:0:0/96"},
                                 .own_addresses = {{ip("10.0.0.1"), 0}, {ip("10.0.0.2"), 443}}};
  EXPECT_EQ(judge(own, "a.test", 443, {"10.0.0.1"}), "own_address");
  EXPECT_EQ(judge(own, "a.test", 80, {"10.0.0.1"}), "own_address");
  EXPECT_EQ(judge(own, "a.test", 443, {"10.0.0.2"}), "own_address");
  EXPECT_EQ(judge(own, "a.test", 80, {"10.0.0.2"}), "10.0.0.2");
  EXPECT_EQ(judge(own, "a.test", 443, {"64:ff9b::10.0.0.1"}), "own_address");
  EXPECT_EQ(judge(own, "a.test", 443, {"::ffff:10.0.0.2"}), "own_address");
  EXPECT_EQ(judge(own, "a.test", 443, {"10.0.0.3", "10.0.0.1"}), "10.0.0.3");
}

TEST(EgressPolicy, WhatIsNotAnEntryIsNamed) {
  const auto error = [](const EgressPolicySettings& settings) {
    const auto policy = EgressPolicy::make(settings);
    return policy ? std::string() : policy.error();
  };
  EXPECT_NE(error({.allowed_sites = {"https://a.test"}}).find("allowed sites: \"https://a.test\""),
            std::string::npos);
  EXPECT_NE(error({.denied_sites = {"a b"}}).find("denied sites: \"a b\""), std::string::npos);
  EXPECT_NE(error({.allow_internal = {"10.0.0.1/8"}}).find("internal sites: \"10.0.0.1/8\""),
            std::string::npos);
}

TEST(EgressPolicy, SitesAreJudgedBeforeTheirNameIsLookedUp) {
  const auto policy = EgressPolicy::make({.denied_sites = {"bad.test"}}).value();
  EXPECT_EQ(policy.check_site("bad.test", 443).error(), Reason::kDeniedSite);
  EXPECT_EQ(policy.check_site("a.test", 22).error(), Reason::kPort);
  EXPECT_EQ(policy.check_site("A.test.", 443)->text, "a.test");
}

}  // namespace
}  // namespace turnpike::egress
