#include "relay/turn/peer_policy.h"

#include "base/check.h"
#include "base/special_ranges.h"

namespace turnpike::turn {
namespace {

/// Where the ranges of a special use go.
enum class Place : std::uint8_t { kNever, kLoopback, kDefaultDenied, kOpen };

Place place_of(SpecialUse use, const PeerPolicySettings& settings) {
  switch (use) {
    case SpecialUse::kUnspecified:
      return Place::kNever;
    case SpecialUse::kLoopback:
      return settings.allow_loopback ? Place::kOpen : Place::kLoopback;
    case SpecialUse::kMulticast:
    case SpecialUse::kReserved:
      return settings.safe || settings.no_multicast ? Place::kNever : Place::kOpen;
    case SpecialUse::kLinkScope:
      return settings.safe ? Place::kDefaultDenied : Place::kNever;
    case SpecialUse::kPrivate:
      return settings.safe ? Place::kDefaultDenied : Place::kOpen;
  }
  return Place::kNever;
}

IpRangeSet ranges_at(Place place, const PeerPolicySettings& settings) {
  std::vector<IpRange> ranges;
  for (const SpecialRange& row : special_ranges()) {
    if (place_of(row.use, settings) != place) continue;
    auto range = IpRange::parse(row.cidr);
    CHECK(range.has_value());
    ranges.push_back(std::move(*range));
  }
  return IpRangeSet(std::move(ranges));
}

}  // namespace

PeerPolicy::PeerPolicy(PeerPolicySettings settings)
    : guards_own_addresses_(settings.safe),
      never_(ranges_at(Place::kNever, settings)),
      loopback_(ranges_at(Place::kLoopback, settings)),
      allowed_(std::move(settings.allowed)),
      denied_(std::move(settings.denied)),
      default_denied_(ranges_at(Place::kDefaultDenied, settings)) {}

PeerDecision PeerPolicy::check(const IpAddress& peer) const {
  const HiddenIpv4 hidden = hidden_ipv4(peer);
  PeerDecision decision = judge(peer);
  // Backwards, so that of equal denials the outermost carried address is told.
  for (std::size_t i = hidden.count; i > 0; --i) {
    const PeerDecision carried = judge(hidden.addresses[i - 1]);
    if (carried.allowed()) continue;
    if (decision.allowed() || carried.verdict <= decision.verdict) decision = carried;
  }
  return decision;
}

PeerDecision PeerPolicy::judge(const IpAddress& form) const {
  const auto decide = [&](PeerVerdict verdict, const IpRange& range) {
    return PeerDecision{.verdict = verdict, .range = range.text, .canonical = form};
  };
  if (const auto* range = never_.find(form)) return decide(PeerVerdict::kNeverAllowed, *range);
  if (const auto* range = loopback_.find(form)) return decide(PeerVerdict::kLoopback, *range);
  if (const auto* range = allowed_.find(form)) return decide(PeerVerdict::kAllowed, *range);
  if (const auto* range = denied_.find(form)) return decide(PeerVerdict::kDeniedByList, *range);
  if (const auto* range = default_denied_.find(form)) {
    return decide(PeerVerdict::kDeniedByDefault, *range);
  }
  return PeerDecision{.verdict = PeerVerdict::kAllowed, .range = {}, .canonical = form};
}

std::string line_that_would_allow(const PeerDecision& decision) {
  switch (decision.verdict) {
    case PeerVerdict::kAllowed:
    case PeerVerdict::kNeverAllowed:
      return {};
    case PeerVerdict::kLoopback:
      return "allow-loopback-peers";
    case PeerVerdict::kDeniedByList:
    case PeerVerdict::kDeniedByDefault:
      return "allowed-peer-ip=" + decision.canonical.to_string();
  }
  return {};
}

}  // namespace turnpike::turn
