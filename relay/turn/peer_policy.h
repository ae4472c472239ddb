// Which peers a client may reach. One check, on one canonical binary form of the address, for every
// way in: CreatePermission, ChannelBind, Send and, later, Connect. Six CVEs of Coturn are the
// reason for there being one. Our own relayed addresses are not judged here but by
// relay_address_book.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hidden_ipv4.h"
#include "base/ip_address.h"
#include "relay/turn/ip_range.h"
#include "relay/turn/ip_range_set.h"

namespace turnpike::turn {

/// From the hardest to open to the easiest.
enum class PeerVerdict : std::uint8_t {
  kAllowed,
  kNeverAllowed,     // unspecified, multicast (`no-multicast-peers` or the safe policy), broadcast;
                     // under Coturn's policy also link-local, site-local and unique local
  kLoopback,         // opened by `allow-loopback-peers`
  kDeniedByList,     // `denied-peer-ip`
  kDeniedByDefault,  // private, link-local, CGNAT, ULA, documentation, metadata, ... : opened by
                     // `allowed-peer-ip`
};

struct PeerDecision {
  PeerVerdict verdict = PeerVerdict::kAllowed;
  /// Which range decided: the text of the operator's entry or of the special-purpose range; empty
  /// when no range did. Lives as long as the policy.
  std::string_view range;
  /// The address the decision was about: the IPv4 address hidden in an IPv6 one, or the address
  /// itself.
  IpAddress canonical;
  bool allowed() const { return verdict == PeerVerdict::kAllowed; }
};

struct PeerPolicySettings {
  bool safe = true;                // `peer-policy=safe`; false: Coturn's defaults
  bool allow_loopback = false;     // `allow-loopback-peers`
  bool no_multicast = false;       // `no-multicast-peers`; the safe policy always denies multicast
  std::vector<IpRange> allowed{};  // `allowed-peer-ip`
  std::vector<IpRange> denied{};   // `denied-peer-ip`
};

/// Order, first hit decides: never allowed; loopback; the allow list; the deny list; denied by
/// default; allowed. An IPv6 address that carries an IPv4 one (mapped, compatible, 6to4, Teredo,
/// NAT64, ISATAP) is judged by what it carries and by itself: it is denied when any of these is,
/// and an allow entry counts for the form that it names and for no other.
class PeerPolicy {
 public:
  PeerPolicy() : PeerPolicy(PeerPolicySettings{}) {}
  explicit PeerPolicy(PeerPolicySettings settings);
  /// Allocates nothing, and takes the logarithm of the lists' lengths. Of several denials the one
  /// that is hardest to open is told.
  PeerDecision check(const IpAddress& peer) const;
  /// True under the safe policy: ports of our own addresses where no allocation lives are closed,
  /// whatever the lists say. Under Coturn's the lists decide.
  bool guards_own_addresses() const { return guards_own_addresses_; }

 private:
  PeerDecision judge(const IpAddress& form) const;

  bool guards_own_addresses_ = true;
  IpRangeSet never_;
  IpRangeSet loopback_;  // empty when loopback is open
  IpRangeSet allowed_;
  IpRangeSet denied_;
  IpRangeSet default_denied_;
};

/// The line of turnserver.conf that would allow what `decision` denied; empty where nothing can.
/// An address that is denied for two reasons needs two lines, one denial after the other.
std::string line_that_would_allow(const PeerDecision& decision);

}  // namespace turnpike::turn
