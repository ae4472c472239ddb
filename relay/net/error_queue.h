// Reads the ICMP errors that came back for datagrams sent from a socket with receive_errors set.
// What to tell the client about them (RFC 8656 section 11.5) is decided elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/ip_address.h"

namespace turnpike::net {

struct IcmpError {
  Endpoint peer;          // where the datagram had been sent
  std::uint8_t type = 0;  // ICMP or ICMPv6, by the family of `peer`
  std::uint8_t code = 0;
  std::uint32_t info = 0;  // next-hop MTU for "packet too big", otherwise 0
  bool from_icmp = false;  // false: this host refused to send it, and type and code say nothing
};

/// How many entries of `out` were filled; fewer than there is room for means that the queue is
/// empty.
std::size_t drain_error_queue(int fd, std::span<IcmpError> out);

}  // namespace turnpike::net
