#include "cobrowse/renderer/egress/egress_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/hidden_ipv4.h"
#include "base/special_ranges.h"

namespace turnpike::egress {
namespace {

/// Names that lead inside by themselves, with everything below them: RFC 6761 section 6.3, RFC 6762
/// section 3, RFC 8375, and what ICANN has set aside for internal use.
constexpr std::array<std::string_view, 4> kInternalNames = {"localhost", "local", "internal",
                                                            "home.arpa"};

bool is_internal_name(std::string_view name) {
  return std::any_of(kInternalNames.begin(), kInternalNames.end(), [&](std::string_view suffix) {
    if (!name.ends_with(suffix)) return false;
    return name.size() == suffix.size() || name[name.size() - suffix.size() - 1] == '.';
  });
}

http::AddressRange range_of(std::string_view cidr) {
  const auto range = http::AddressRange::parse(cidr);
  CHECK(range.has_value());
  return *range;
}

bool matches_any(const std::vector<SitePattern>& patterns, const Host& host, std::uint16_t port) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const SitePattern& pattern) { return pattern.matches(host, port); });
}

/// Whether an entry that names this very port is among them.
bool opens_port(const std::vector<SitePattern>& patterns, const Host& host, std::uint16_t port) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const SitePattern& pattern) {
    return pattern.port() && pattern.matches(host, port);
  });
}

Result<std::vector<SitePattern>, std::string> parse_sites(const std::vector<std::string>& texts,
                                                          std::string_view list) {
  std::vector<SitePattern> patterns;
  for (const std::string& text : texts) {
    const auto pattern = SitePattern::parse(text);
    if (!pattern) {
      return fail(
          fmt::format("{}: \"{}\" is no site: write example.org, *.example.org or "
                      "example.org:8443",
                      list, text));
    }
    patterns.push_back(*pattern);
  }
  return patterns;
}

}  // namespace

Result<EgressPolicy, std::string> EgressPolicy::make(const EgressPolicySettings& settings) {
  EgressPolicy policy;
  policy.ports_ = settings.allowed_ports;
  policy.own_ = settings.own_addresses;
  std::vector<std::string> internal_sites;
  for (const std::string& text : settings.allow_internal) {
    if (const auto range = http::AddressRange::parse(text)) {
      policy.internal_ranges_.push_back(*range);
    } else {
      internal_sites.push_back(text);
    }
  }
  auto allowed = parse_sites(settings.allowed_sites, "allowed sites");
  auto denied = parse_sites(settings.denied_sites, "denied sites");
  auto internal = parse_sites(internal_sites, "internal sites");
  for (const auto* list : {&allowed, &denied, &internal}) {
    if (!*list) return fail(list->error());
  }
  policy.allowed_sites_ = std::move(*allowed);
  policy.denied_sites_ = std::move(*denied);
  policy.internal_sites_ = std::move(*internal);
  return policy;
}

std::vector<EgressPolicy::ClosedRange> EgressPolicy::closed_ranges() {
  std::vector<ClosedRange> closed;
  for (const SpecialRange& row : special_ranges()) {
    Opening opening = Opening::kNothing;
    switch (row.use) {
      case SpecialUse::kUnspecified:
      case SpecialUse::kMulticast:
      case SpecialUse::kReserved:
        break;
      case SpecialUse::kLoopback:
        opening = Opening::kSiteOrRange;
        break;
      case SpecialUse::kLinkScope:
      case SpecialUse::kPrivate:
        // The single addresses of the table are those where clouds serve credentials.
        opening = row.cidr.ends_with("/32") || row.cidr.ends_with("/128") ? Opening::kRange
                                                                          : Opening::kSiteOrRange;
        break;
    }
    closed.push_back({range_of(row.cidr), opening});
  }
  // More of those, and what lies on the same link.
  for (const std::string_view cidr : {"169.254.0.0/16", "fe80::/10", "fec0::/10"}) {
    closed.push_back({range_of(cidr), Opening::kRange});
  }
  return closed;
}

bool EgressPolicy::is_port_open(const Host& host, std::uint16_t port) const {
  return std::find(ports_.begin(), ports_.end(), port) != ports_.end() ||
         opens_port(allowed_sites_, host, port) || opens_port(internal_sites_, host, port);
}

bool EgressPolicy::is_internal_site(const Host& host, std::uint16_t port) const {
  return matches_any(internal_sites_, host, port);
}

Result<Host, Reason> EgressPolicy::check_site(std::string_view text, std::uint16_t port) const {
  auto host = parse_host(text);
  if (!host) return host;
  if (matches_any(denied_sites_, *host, port)) return fail(Reason::kDeniedSite);
  if (!is_port_open(*host, port)) return fail(Reason::kPort);
  const bool internal = is_internal_site(*host, port);
  if (!internal && !allowed_sites_.empty() && !matches_any(allowed_sites_, *host, port)) {
    return fail(Reason::kUnlistedSite);
  }
  if (!internal && !host->address && is_internal_name(host->text)) {
    return fail(Reason::kInternalName);
  }
  return host;
}

Result<std::vector<IpAddress>, Reason> EgressPolicy::judge(
    std::string_view text, std::uint16_t port, std::span<const IpAddress> resolved) const {
  const auto host = check_site(text, port);
  if (!host) return fail(host.error());
  if (host->address) resolved = {&*host->address, 1};
  const bool internal = is_internal_site(*host, port);
  std::vector<IpAddress> good;
  std::optional<Reason> refusal;
  for (const IpAddress& ip : resolved) {
    const auto reason = judge_address(ip, port, internal);
    if (reason) {
      if (!refusal) refusal = reason;
    } else if (std::find(good.begin(), good.end(), ip) == good.end()) {
      good.push_back(ip);
    }
  }
  if (good.empty()) return fail(refusal.value_or(Reason::kUnresolved));
  return good;
}

bool EgressPolicy::is_own(const IpAddress& ip, std::uint16_t port) const {
  return std::any_of(own_.begin(), own_.end(), [&](const Endpoint& own) {
    return http::unmapped(own.ip) == ip && (own.port == 0 || own.port == port);
  });
}

bool EgressPolicy::is_closed(const IpAddress& ip, bool internal_site) const {
  auto opening = Opening::kSiteOrRange;
  bool special = false;
  for (const ClosedRange& closed : closed_) {
    if (!closed.range.contains(ip)) continue;
    special = true;
    opening = std::max(opening, closed.opening);
  }
  if (!special) return false;
  switch (opening) {
    case Opening::kSiteOrRange:
      return !internal_site && !http::any_contains(internal_ranges_, ip);
    case Opening::kRange:
      return !http::any_contains(internal_ranges_, ip);
    case Opening::kNothing:
      return true;
  }
  return true;
}

std::optional<Reason> EgressPolicy::judge_address(const IpAddress& ip, std::uint16_t port,
                                                  bool internal_site) const {
  static const http::AddressRange kNat64 = range_of("64:ff9b::/96");
  const HiddenIpv4 hidden = hidden_ipv4(ip);
  if (is_own(ip, port)) return Reason::kOwnAddress;
  for (const IpAddress& carried : hidden.view()) {
    if (is_own(carried, port)) return Reason::kOwnAddress;
  }
  if (is_closed(ip, internal_site)) return Reason::kInternalAddress;
  for (const IpAddress& carried : hidden.view()) {
    if (is_closed(carried, internal_site)) return Reason::kInternalAddress;
  }
  if (hidden.count > 0 && !kNat64.contains(ip) && !http::any_contains(internal_ranges_, ip)) {
    return Reason::kInternalAddress;
  }
  return std::nullopt;
}

}  // namespace turnpike::egress
