// Endpoint and IpAddress to and from the kernel's sockaddr. No system calls.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>

#include "base/ip_address.h"

namespace turnpike::net {

/// As large as the socket addresses we use, and no larger: batches hold one per datagram.
union SocketAddress {
  sockaddr generic;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

/// Writes only the bytes in use; returns how many.
socklen_t to_sockaddr(const Endpoint& endpoint, SocketAddress& out);
socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out);

/// Nothing for another family or a length that is too short. An IPv4-mapped IPv6 address comes back
/// as IPv4.
std::optional<Endpoint> from_sockaddr(const sockaddr* address, socklen_t length);

IpAddress from_in_addr(const in_addr& address);
IpAddress from_in6_addr(const in6_addr& address);
in_addr to_in_addr(const IpAddress& v4);
in6_addr to_in6_addr(const IpAddress& v6);

/// AF_INET or AF_INET6.
int socket_family(AddressFamily family);

}  // namespace turnpike::net
