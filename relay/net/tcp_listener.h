// Opens TCP listeners and accepts connections with the options that a relay needs. No bytes are
// read here.
#pragma once

#include <optional>
#include <string>

#include "base/ip_address.h"
#include "base/result.h"
#include "relay/net/fd.h"
#include "relay/net/socket_error.h"

namespace turnpike::net {

struct TcpListenerOptions {
  bool reuse_port = false;  // SO_REUSEPORT: one listener per shard
  std::string device = {};  // SO_BINDTODEVICE; empty for none
  int backlog = 1024;
};

/// Non-blocking, close-on-exec; an IPv6 listener accepts IPv6 only.
Result<Fd, SocketError> open_tcp_listener(const Endpoint& bind, const TcpListenerOptions& options);

struct Accepted {
  Fd fd;  // non-blocking, close-on-exec, TCP_NODELAY, keep-alive, bounded unsent bytes
  Endpoint peer;
  Endpoint local;
};

/// Nothing with `error` 0: nobody waits. Nothing with EMFILE, ENFILE, ENOBUFS or ENOMEM: the
/// connection still waits, and the caller should pause accepting, for the listener stays readable.
std::optional<Accepted> accept_stream(int listener, int& error);

}  // namespace turnpike::net
