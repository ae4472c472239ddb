#include "relay/net/socket_options.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "relay/net/socket_address.h"

namespace turnpike::net {

bool set_option(int fd, int level, int name, int value) {
  return ::setsockopt(fd, level, name, &value, sizeof value) == 0;
}

bool bind_to_device(int fd, const std::string& device) {
  return ::setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device.data(),
                      static_cast<socklen_t>(device.size())) == 0;
}

bool bind_address(int fd, const Endpoint& endpoint) {
  SocketAddress address;
  const socklen_t length = to_sockaddr(endpoint, address);
  return ::bind(fd, &address.generic, length) == 0;
}

Fd open_socket(AddressFamily family, int type) {
  Fd fd(::socket(socket_family(family), type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.valid() && family == AddressFamily::kIpv6 &&
      !set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1)) {
    fd.reset();
  }
  return fd;
}

}  // namespace turnpike::net
