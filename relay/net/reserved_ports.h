// Keeps the relay's port range out of the kernel's choice of ephemeral ports, so that another
// program's outgoing connection does not sit on a port that a client should get. Control path, once
// at start and once at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike::net {

/// Both ends inclusive.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  friend bool operator==(const PortRange&, const PortRange&) = default;
};
using PortRanges = std::vector<PortRange>;  // sorted, apart from each other, not touching

/// The kernel's form: "8080,9148,20000-20200\n". What cannot be read is left out.
PortRanges parse_port_ranges(std::string_view text);
std::string port_ranges_to_string(const PortRanges& ranges);
PortRanges add_port_range(const PortRanges& ranges, PortRange added);
PortRanges remove_port_range(const PortRanges& ranges, PortRange removed);

enum class ReserveOutcome : std::uint8_t {
  kReserved,    // the kernel will not choose these ports
  kNotNeeded,   // the range does not overlap the ephemeral range
  kNotPossible  // `reason` says why
};

/// A reservation that would leave the machine fewer ephemeral ports than this is not made: its
/// other programs could not connect to anything any more.
inline constexpr std::size_t kLeastEphemeralPorts = 8192;

struct ReservedPortsFiles {
  std::string reserved = "/proc/sys/net/ipv4/ip_local_reserved_ports";
  std::string ephemeral = "/proc/sys/net/ipv4/ip_local_port_range";
};

struct PortReservation {
  ReserveOutcome outcome = ReserveOutcome::kNotPossible;
  std::string reason;  // for the operator; only with kNotPossible
  PortRanges added;    // what was not reserved before
};

PortReservation reserve_ports(PortRange range, const ReservedPortsFiles& files = {});

/// What the file would hold without what this reservation added; nothing when it cannot be read.
std::optional<std::string> ports_without(const PortReservation& reservation,
                                         const ReservedPortsFiles& files = {});

/// Takes back what this reservation added and leaves everything else as it is by now. False when
/// the file cannot be written: Linux asks at each write whether the caller is root, so an open
/// descriptor is of no use after a change of user.
bool release_ports(const PortReservation& reservation, const ReservedPortsFiles& files = {});

}  // namespace turnpike::net
