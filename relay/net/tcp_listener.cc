#include "relay/net/tcp_listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "relay/net/socket_address.h"
#include "relay/net/socket_options.h"
#include "relay/net/udp_socket.h"

namespace turnpike::net {
namespace {

constexpr int kMaxUnsentBytes = 128 * 1024;
/// A client that vanished without a word is noticed after about two minutes.
constexpr int kKeepAliveIdleS = 60;
constexpr int kKeepAliveIntervalS = 15;
constexpr int kKeepAliveProbes = 4;

SocketError error_for(const char* action, const Endpoint& bind, const TcpListenerOptions& options) {
  const int error_number = errno;
  std::string text = std::string("cannot ") + action + " TCP " + bind.to_string();
  if (!options.device.empty()) text += " on device " + options.device;
  return {error_number, text};
}

/// None of these is worth a connection: a kernel without one of them still serves the client.
void configure_stream(int fd) {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  // What a slow client has not been sent yet waits in our bounded queue, where it can be dropped,
  // and not in megabytes of kernel buffer, where media only grows old.
  set_option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kMaxUnsentBytes);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveIdleS);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveIntervalS);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveProbes);
}

/// Errors of the connection that was being accepted, not of the listener: accept(2), "Error
/// handling".
bool concerns_one_connection(int error_number) {
  switch (error_number) {
    case EINTR:
    case ECONNABORTED:
    case EPERM:
    case ENETDOWN:
    case EPROTO:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<Fd, SocketError> open_tcp_listener(const Endpoint& bind, const TcpListenerOptions& options) {
  Fd fd = open_socket(bind.ip.family(), SOCK_STREAM);
  if (!fd.valid()) return fail(error_for("open", bind, options));
  if (!set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1) ||
      (options.reuse_port && !set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1))) {
    return fail(error_for("share the port of", bind, options));
  }
  if (!options.device.empty() && !bind_to_device(fd.get(), options.device)) {
    return fail(error_for("bind to a device", bind, options));
  }
  if (!bind_address(fd.get(), bind)) return fail(error_for("bind", bind, options));
  if (::listen(fd.get(), options.backlog) != 0) return fail(error_for("listen on", bind, options));
  return fd;
}

std::optional<Accepted> accept_stream(int listener, int& error) {
  constexpr int kAttempts = 16;
  error = 0;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    SocketAddress address;
    socklen_t length = sizeof address;
    Fd fd(::accept4(listener, &address.generic, &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd.valid()) {
      configure_stream(fd.get());
      const Endpoint peer = from_sockaddr(&address.generic, length).value_or(Endpoint{});
      const Endpoint local = local_endpoint(fd.get());
      return Accepted{std::move(fd), peer, local};
    }
    if (concerns_one_connection(errno)) continue;
    error = errno == EAGAIN ? 0 : errno;
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace turnpike::net
