// The one property behind the peer policy: no form of an address gets further than the address
// itself. Checked for every transition form, over the whole special-purpose table and over random
// addresses, for many policies.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/rng.h"
#include "base/special_ranges.h"
#include "relay/turn/peer_policy.h"

namespace turnpike::turn {
namespace {

using V6Bytes = std::array<std::uint8_t, 16>;

/// Where a transition form has its fixed bytes and the IPv4 address; every other byte is random.
struct Form {
  std::string_view name;
  std::size_t offset;
  bool inverted;
  /// Value and position of the fixed bytes.
  std::vector<std::pair<std::size_t, std::vector<std::uint8_t>>> fixed;
};

std::vector<std::uint8_t> zeros(std::size_t count) {
  return std::vector<std::uint8_t>(count, 0);
}

const std::vector<Form>& forms() {
  static const std::vector<Form> all = {
      {"mapped", 12, false, {{0, zeros(10)}, {10, {0xff, 0xff}}}},
      {"compatible", 12, false, {{0, zeros(12)}}},
      {"translated", 12, false, {{0, zeros(8)}, {8, {0xff, 0xff, 0, 0}}}},
      {"6to4", 2, false, {{0, {0x20, 0x02}}}},
      {"Teredo server", 4, false, {{0, {0x20, 0x01, 0, 0}}}},
      {"Teredo client", 12, true, {{0, {0x20, 0x01, 0, 0}}}},
      {"NAT64", 12, false, {{0, {0, 0x64, 0xff, 0x9b}}, {4, zeros(8)}}},
      {"local NAT64 /96", 12, false, {{0, {0, 0x64, 0xff, 0x9b, 0, 1}}}},
      {"local NAT64 /64", 9, false, {{0, {0, 0x64, 0xff, 0x9b, 0, 1}}, {8, {0}}, {13, zeros(3)}}},
      {"ISATAP", 12, false, {{8, {0x00, 0x00, 0x5e, 0xfe}}}},
      {"ISATAP, unique", 12, false, {{8, {0x02, 0x00, 0x5e, 0xfe}}}},
      {"ISATAP, global", 12, false, {{0, {0x2a}}, {8, {0x00, 0x00, 0x5e, 0xfe}}}},
  };
  return all;
}

IpAddress embed(const Form& form, const IpAddress& v4, Rng& rng) {
  V6Bytes bytes{};
  rng.fill(bytes);
  for (const auto& [at, value] : form.fixed) {
    std::copy(value.begin(), value.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  }
  const std::uint32_t carried = form.inverted ? ~v4.v4_value() : v4.v4_value();
  store_be32(bytes.data() + form.offset, carried);
  return IpAddress::v6(bytes);
}

/// :: and ::1 are addresses of their own and carry nothing.
bool is_a_form(const IpAddress& ip) {
  return !ip.is_unspecified() && !ip.is_loopback();
}

std::vector<IpAddress> interesting_v4() {
  std::vector<IpAddress> out;
  for (const SpecialRange& row : special_ranges()) {
    const IpRange range = IpRange::parse(row.cidr).value();
    if (!range.first.is_v4()) continue;
    const std::uint32_t first = range.first.v4_value();
    const std::uint32_t last = range.last.v4_value();
    for (const std::uint32_t value :
         {first - 1, first, first + 1, first + (last - first) / 2, last - 1, last, last + 1}) {
      out.push_back(IpAddress::v4(value));
    }
  }
  return out;
}

IpRange random_range(Rng& rng) {
  if (rng.below(2) == 0) {
    const auto first = static_cast<std::uint32_t>(rng.next_u64());
    const auto length = static_cast<std::uint32_t>(rng.below(0x20000000));
    const std::uint32_t last = first + std::min(length, 0xffffffffU - first);
    return {IpAddress::v4(first), IpAddress::v4(last), "v4"};
  }
  V6Bytes first{};
  rng.fill(first);
  V6Bytes last = first;
  const auto kept = static_cast<std::ptrdiff_t>(rng.below(4));
  std::fill(last.begin() + kept, last.end(), std::uint8_t{0xff});
  return {IpAddress::v6(first), IpAddress::v6(last), "v6"};
}

PeerPolicy random_policy(Rng& rng) {
  PeerPolicySettings settings{.safe = rng.below(2) == 0,
                              .allow_loopback = rng.below(2) == 0,
                              .no_multicast = rng.below(2) == 0};
  for (std::uint64_t i = rng.below(4); i > 0; --i) settings.allowed.push_back(random_range(rng));
  for (std::uint64_t i = rng.below(4); i > 0; --i) settings.denied.push_back(random_range(rng));
  // Whole families are what opens the most.
  if (rng.below(4) == 0) settings.allowed.push_back(IpRange::parse("::").value());
  if (rng.below(4) == 0) settings.allowed.push_back(IpRange::parse("0.0.0.0").value());
  return PeerPolicy(std::move(settings));
}

/// At least as hard to open: verdicts are ordered from the hardest to the easiest, kAllowed apart.
bool no_more_permissive(const PeerDecision& form, const PeerDecision& plain) {
  return plain.allowed() || (!form.allowed() && form.verdict <= plain.verdict);
}

void expect_property(const PeerPolicy& policy, const IpAddress& v4, Rng& rng) {
  const PeerDecision plain = policy.check(v4);
  for (const Form& form : forms()) {
    const IpAddress carrier = embed(form, v4, rng);
    if (!is_a_form(carrier)) continue;
    const PeerDecision carried = policy.check(carrier);
    ASSERT_TRUE(no_more_permissive(carried, plain))
        << form.name << " " << carrier.to_string() << " carries " << v4.to_string();
  }
}

TEST(PeerPolicyProperty, NoFormOfASpecialAddressGetsFurtherThanTheAddress) {
  SeededRng rng(1);
  const std::vector<IpAddress> addresses = interesting_v4();
  for (int round = 0; round < 80; ++round) {
    const PeerPolicy policy = random_policy(rng);
    for (const IpAddress& v4 : addresses) expect_property(policy, v4, rng);
  }
}

TEST(PeerPolicyProperty, NoFormOfAnyAddressGetsFurtherThanTheAddress) {
  SeededRng rng(2);
  for (int round = 0; round < 80; ++round) {
    const PeerPolicy policy = random_policy(rng);
    for (int i = 0; i < 200; ++i) {
      expect_property(policy, IpAddress::v4(static_cast<std::uint32_t>(rng.next_u64())), rng);
    }
  }
}

TEST(PeerPolicyProperty, EveryFormCarriesItsAddress) {
  SeededRng rng(3);
  for (int i = 0; i < 5000; ++i) {
    const IpAddress v4 = IpAddress::v4(static_cast<std::uint32_t>(rng.next_u64()) | 2U);
    for (const Form& form : forms()) {
      const auto hidden = hidden_ipv4(embed(form, v4, rng));
      const auto found = hidden.view();
      ASSERT_NE(std::find(found.begin(), found.end(), v4), found.end()) << form.name;
    }
  }
}

TEST(PeerPolicyProperty, DeniedDecisionsSayWhyAndAboutWhat) {
  SeededRng rng(4);
  for (int round = 0; round < 50; ++round) {
    const PeerPolicy policy = random_policy(rng);
    for (int i = 0; i < 400; ++i) {
      V6Bytes bytes{};
      rng.fill(bytes);
      const bool v6 = rng.below(2) == 0;
      const IpAddress peer = v6 ? IpAddress::v6(bytes) : IpAddress::v4(load_be32(bytes.data()));
      const PeerDecision decision = policy.check(peer);
      ASSERT_EQ(policy.check(decision.canonical).verdict, decision.verdict) << peer.to_string();
      if (decision.allowed()) {
        ASSERT_EQ(decision.canonical, peer);
      } else {
        ASSERT_FALSE(decision.range.empty()) << peer.to_string();
      }
    }
  }
}

}  // namespace
}  // namespace turnpike::turn
