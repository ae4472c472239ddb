// Opens UDP sockets (listeners and relay sockets) with the options that a relay needs.
// Receiving and sending is done by ReceiveBatch and SendBatch.
#pragma once

#include <cstdint>
#include <string>

#include "base/ip_address.h"
#include "base/result.h"
#include "relay/net/fd.h"
#include "relay/net/socket_error.h"

namespace turnpike::net {

struct UdpSocketOptions {
  Endpoint bind = {};           // port 0 lets the kernel choose
  bool reuse_port = false;      // SO_REUSEPORT: one listener per shard
  std::string device = {};      // SO_BINDTODEVICE; empty for none
  int receive_buffer = 0;       // bytes; 0 keeps the system's default
  int send_buffer = 0;          // bytes; 0 keeps the system's default
  bool packet_info = false;     // report the local address of each datagram (wildcard listeners)
  bool receive_errors = false;  // ICMP errors go to the error queue, see error_queue.h
  bool fragment = true;         // false sets DF on everything that is sent
};

/// Non-blocking, close-on-exec, IPv6 sockets carry IPv6 only.
Result<Fd, SocketError> open_udp_socket(const UdpSocketOptions& options);

/// Where a socket is bound; 0.0.0.0:0 when the descriptor is no IP socket.
Endpoint local_endpoint(int fd);

/// DF for the datagrams sent from now on (RFC 8656 section 12, DONT-FRAGMENT). Ignores cached path
/// MTUs, so that it is the router on the path who answers. False when the kernel refuses.
bool set_dont_fragment(int fd, AddressFamily family, bool on);

/// How many datagrams the kernel threw away because the receive buffer was full, since the socket
/// was opened.
std::uint32_t dropped_datagrams(int fd);

}  // namespace turnpike::net
