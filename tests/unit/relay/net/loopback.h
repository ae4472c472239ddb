// Loopback sockets for the tests of this room, and waiting with a bound for what the kernel
// delivers.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "relay/net/socket_options.h"
#include "relay/net/udp_socket.h"

namespace turnpike::net::testing {

inline IpAddress loopback(AddressFamily family) {
  return *IpAddress::parse(family == AddressFamily::kIpv4 ? "127.0.0.1" : "::1");
}

/// The families this machine can use on loopback.
inline bool has_loopback(AddressFamily family) {
  const Fd fd = open_socket(family, SOCK_DGRAM);
  return fd.valid() && bind_address(fd.get(), {loopback(family), 0});
}

struct BoundSocket {
  Fd fd;
  Endpoint endpoint;
};

/// A UDP socket on a free port; `options.bind` keeps its address.
inline BoundSocket bound_udp(UdpSocketOptions options = {}) {
  if (options.bind.ip.is_unspecified() && !options.packet_info) {
    options.bind.ip = loopback(options.bind.ip.family());
  }
  auto fd = open_udp_socket(options);
  CHECK(fd.has_value());
  const Endpoint endpoint = local_endpoint(fd->get());
  return {std::move(*fd), endpoint};
}

inline BoundSocket bound_udp(AddressFamily family) {
  return bound_udp({.bind = {loopback(family), 0}});
}

/// False after five seconds without the event.
inline bool wait_for(int fd, short events) {
  pollfd entry{fd, events, 0};
  return ::poll(&entry, 1, 5000) == 1 && (entry.revents & events) != 0;
}

/// An address where nobody listens any more.
inline Endpoint dead_endpoint(AddressFamily family) {
  return bound_udp(family).endpoint;
}

/// Bytes that differ by position and by `seed`.
inline std::vector<std::uint8_t> pattern(std::size_t size, std::uint8_t seed) {
  std::vector<std::uint8_t> out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i * 7 + seed);
  return out;
}

}  // namespace turnpike::net::testing
