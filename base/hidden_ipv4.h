// The IPv4 addresses that an IPv6 address carries: the transition forms. What may be done with them
// is the business of whoever asks.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/ip_address.h"

namespace turnpike {

/// The IPv4 addresses that an IPv6 address carries, outermost first (Teredo: server, then client).
/// More than two only for addresses that fit several forms at once.
struct HiddenIpv4 {
  std::array<IpAddress, 3> addresses{};
  std::uint8_t count = 0;
  std::span<const IpAddress> view() const { return {addresses.data(), count}; }
};

/// Mapped ::ffff:0:0/96 and compatible ::/96 (RFC 4291 section 2.5.5; not :: and ::1), translated
/// ::ffff:0:0:0/96 (RFC 2765 section 2.1), 6to4 2002::/16 (RFC 3056 section 2), Teredo 2001::/32
/// (RFC 4380 section 4), NAT64 64:ff9b::/96 (RFC 6052 section 2.1), local NAT64 64:ff9b:1::/48 (RFC
/// 8215; read as a /96 and, where that is possible, as a /64), and ISATAP interface identifiers
/// behind any prefix (RFC 5214 section 6.1).
HiddenIpv4 hidden_ipv4(const IpAddress& ip);

}  // namespace turnpike
