// Which peers a client may reach. One check, on one canonical binary form of the address, for every
// way in: CreatePermission, ChannelBind, Send and, later, Connect. Six CVEs of Coturn are the
// reason for there being one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"

namespace turnpike::turn {

/// An inclusive range of addresses of one family.
struct IpRange {
  IpAddress first;
  IpAddress last;
  std::string text;  // as the operator wrote it, for messages

  bool contains(const IpAddress& ip) const { return first <= ip && ip <= last; }
  /// "a", "a-b" or "a/prefix". "0.0.0.0" and "::" alone mean every address of the family, as in
  /// Coturn. Nothing for anything else, also for a > b, mixed families, and bits set behind the
  /// prefix.
  static std::optional<IpRange> parse(std::string_view text);
};

enum class PeerVerdict : std::uint8_t {
  kAllowed,
  kNeverAllowed,     // unspecified, multicast (`no-multicast-peers` or the safe policy), broadcast
  kLoopback,         // opened by `allow-loopback-peers`
  kDeniedByList,     // `denied-peer-ip`
  kDeniedByDefault,  // private, link-local, CGNAT, ULA, documentation, metadata, ... : opened by
                     // `allowed-peer-ip`
};

struct PeerDecision {
  PeerVerdict verdict = PeerVerdict::kAllowed;
  std::string_view range;  // which range decided; lives as long as the policy
  /// The address the decision was about: the IPv4 address hidden in an IPv6 one, or the address
  /// itself.
  IpAddress canonical;
  bool allowed() const { return verdict == PeerVerdict::kAllowed; }
};

struct PeerPolicySettings {
  bool safe = true;              // `peer-policy=safe`; false: Coturn's defaults
  bool allow_loopback = false;   // `allow-loopback-peers`
  bool no_multicast = false;     // `no-multicast-peers`; the safe policy always denies multicast
  std::vector<IpRange> allowed;  // `allowed-peer-ip`
  std::vector<IpRange> denied;   // `denied-peer-ip`
};

/// Order, first hit decides: never allowed; loopback; the allow list; the deny list; denied by
/// default; allowed. An IPv6 address that carries an IPv4 one (mapped, compatible, 6to4, Teredo,
/// NAT64, ISATAP) is judged by what it carries and by itself.
class PeerPolicy {
 public:
  PeerPolicy() = default;
  explicit PeerPolicy(PeerPolicySettings settings);
  PeerDecision check(const IpAddress& peer) const;

 private:
  PeerPolicySettings settings_;
};

/// The line of turnserver.conf that would allow what `decision` denied; empty where nothing can.
std::string line_that_would_allow(const PeerDecision& decision);

/// The IPv4 addresses that an IPv6 address carries, outermost first (Teredo: server and client); at
/// most two.
struct HiddenIpv4 {
  std::array<IpAddress, 2> addresses{};
  std::uint8_t count = 0;
};
HiddenIpv4 hidden_ipv4(const IpAddress& ip);

}  // namespace turnpike::turn
