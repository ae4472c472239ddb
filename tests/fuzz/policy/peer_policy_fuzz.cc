// Any text as the lines of a peer policy. The first byte sets the switches; then one entry per
// line, "+" for the allow list, anything else for the deny list. What parses must mean what its
// text says, the compiled lists must answer as a linear search does, and no form of an address may
// get further than the address.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "relay/turn/peer_policy.h"

namespace turnpike::turn {
namespace {

constexpr std::size_t kMaxEntries = 64;

void check_range(const IpRange& range, std::string_view text) {
  CHECK(range.text == text);
  CHECK(range.first.family() == range.last.family() && range.first <= range.last);
  CHECK(range.contains(range.first) && range.contains(range.last));
  const auto again = IpRange::parse(range.first.to_string() + "-" + range.last.to_string());
  CHECK(again && again->first == range.first && again->last == range.last);
}

void read_entries(std::string_view text, PeerPolicySettings& settings) {
  while (!text.empty() && settings.allowed.size() + settings.denied.size() < kMaxEntries) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const bool allow = line.starts_with('+');
    if (allow) line.remove_prefix(1);
    const auto range = IpRange::parse(line);
    if (!range) continue;
    check_range(*range, line);
    (allow ? settings.allowed : settings.denied).push_back(*range);
  }
}

void check_set(const std::vector<IpRange>& ranges, const std::vector<IpAddress>& probes) {
  const IpRangeSet set(ranges);
  for (const IpAddress& ip : probes) {
    const auto expected = std::find_if(ranges.begin(), ranges.end(),
                                       [&](const IpRange& r) { return r.contains(ip); });
    const IpRange* found = set.find(ip);
    CHECK((found == nullptr) == (expected == ranges.end()));
    CHECK(found == nullptr || found->text == expected->text);
  }
}

IpAddress embed(std::array<std::uint8_t, 16> prefix, std::size_t offset, const IpAddress& v4) {
  store_be32(prefix.data() + offset, v4.v4_value());
  return IpAddress::v6(prefix);
}

void check_forms(const PeerPolicy& policy, const IpAddress& v4) {
  const PeerDecision plain = policy.check(v4);
  if (plain.allowed()) return;
  const IpAddress forms[] = {
      embed({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 12, v4),
      embed({0x20, 0x02}, 2, v4),
      embed({0x00, 0x64, 0xff, 0x9b}, 12, v4),
      embed({0x20, 0x01, 0, 0}, 4, v4),
      embed({0x2a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x5e, 0xfe}, 12, v4),
  };
  for (const IpAddress& form : forms) {
    const PeerDecision carried = policy.check(form);
    CHECK(!carried.allowed() && carried.verdict <= plain.verdict);
  }
}

void check_policy(const PeerPolicySettings& settings) {
  std::vector<IpAddress> probes;
  for (const auto* list : {&settings.allowed, &settings.denied}) {
    for (const IpRange& range : *list) probes.insert(probes.end(), {range.first, range.last});
  }
  check_set(settings.allowed, probes);
  check_set(settings.denied, probes);
  const PeerPolicy policy(settings);
  for (const IpAddress& ip : probes) {
    const PeerDecision decision = policy.check(ip);
    CHECK(decision.allowed() || !decision.range.empty());
    CHECK(policy.check(decision.canonical).verdict == decision.verdict);
    if (ip.is_v4()) check_forms(policy, ip);
  }
}

}  // namespace
}  // namespace turnpike::turn

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace turnpike;
  if (size == 0) return 0;
  turn::PeerPolicySettings settings{.safe = (data[0] & 1) != 0,
                                    .allow_loopback = (data[0] & 2) != 0,
                                    .no_multicast = (data[0] & 4) != 0};
  turn::read_entries(as_text({data + 1, size - 1}), settings);
  turn::check_policy(settings);
  return 0;
}
