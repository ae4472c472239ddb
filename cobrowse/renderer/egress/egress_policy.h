// Which sites the rendering browser may reach, and on which of their addresses. No sockets and no
// look-ups: names and the addresses that they were resolved to come in, addresses that may be
// connected to go out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "cobrowse/renderer/egress/host_text.h"
#include "cobrowse/renderer/egress/reason.h"
#include "cobrowse/renderer/egress/site_pattern.h"
#include "http/core/address_range.h"

namespace turnpike::egress {

/// Sites are written as SitePattern reads them.
struct EgressPolicySettings {
  /// Ports that every site may be reached on. An entry of `allowed_sites` or `allow_internal` with
  /// a port opens that port for the sites it names, besides.
  std::vector<std::uint16_t> allowed_ports{80, 443};
  /// Empty: every site that is not denied.
  std::vector<std::string> allowed_sites{};
  /// Goes before `allowed_sites` and `allow_internal`.
  std::vector<std::string> denied_sites{};
  /// Sites that may have internal addresses and names, and CIDRs of internal addresses that every
  /// site may have. Link-local addresses and the metadata addresses of clouds are opened by a CIDR
  /// only; unspecified, multicast and broadcast addresses by nothing.
  std::vector<std::string> allow_internal{};
  /// Refused whatever else is said: the relay, the control server. Port 0 stands for every port.
  std::vector<Endpoint> own_addresses{};
};

class EgressPolicy {
 public:
  /// The error names the list and the entry that cannot be read.
  static Result<EgressPolicy, std::string> make(const EgressPolicySettings& settings);

  /// What can be said before the name is looked up: spelling, port, lists and internal names. A
  /// site that is refused here is not looked up, so that its name does not get out either.
  Result<Host, Reason> check_site(std::string_view host, std::uint16_t port) const;

  /// check_site(), and then those of `resolved` that may be connected to, in their order and each
  /// once. Where `host` is an address itself, that one is judged and `resolved` is not looked at.
  /// An IPv6 address that carries an IPv4 one is refused, but for NAT64 (RFC 6052), which is judged
  /// by what it carries and by itself. Of several refusals the first address's is told.
  Result<std::vector<IpAddress>, Reason> judge(std::string_view host, std::uint16_t port,
                                               std::span<const IpAddress> resolved) const;

 private:
  /// What a range of addresses takes to be opened.
  enum class Opening : std::uint8_t { kSiteOrRange, kRange, kNothing };
  struct ClosedRange {
    http::AddressRange range;
    Opening opening;
  };

  bool is_port_open(const Host& host, std::uint16_t port) const;
  bool is_internal_site(const Host& host, std::uint16_t port) const;
  bool is_own(const IpAddress& ip, std::uint16_t port) const;
  /// Whether a special-purpose range closes this address, hidden ones left aside.
  bool is_closed(const IpAddress& ip, bool internal_site) const;
  std::optional<Reason> judge_address(const IpAddress& ip, std::uint16_t port,
                                      bool internal_site) const;

  static std::vector<ClosedRange> closed_ranges();

  std::vector<std::uint16_t> ports_;
  std::vector<SitePattern> allowed_sites_;
  std::vector<SitePattern> denied_sites_;
  std::vector<SitePattern> internal_sites_;
  std::vector<http::AddressRange> internal_ranges_;
  std::vector<Endpoint> own_;
  std::vector<ClosedRange> closed_ = closed_ranges();
};

}  // namespace turnpike::egress
