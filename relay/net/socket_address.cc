#include "relay/net/socket_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace turnpike::net {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

socklen_t to_sockaddr(const Endpoint& endpoint, SocketAddress& out) {
  if (endpoint.ip.is_v4()) {
    out.v4 = sockaddr_in{};
    out.v4.sin_family = AF_INET;
    out.v4.sin_port = htons(endpoint.port);
    out.v4.sin_addr = to_in_addr(endpoint.ip);
    return sizeof out.v4;
  }
  out.v6 = sockaddr_in6{};
  out.v6.sin6_family = AF_INET6;
  out.v6.sin6_port = htons(endpoint.port);
  out.v6.sin6_addr = to_in6_addr(endpoint.ip);
  return sizeof out.v6;
}

socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out) {
  SocketAddress address;
  const socklen_t length = to_sockaddr(endpoint, address);
  std::memcpy(&out, &address, length);
  return length;
}

std::optional<Endpoint> from_sockaddr(const sockaddr* address, socklen_t length) {
  if (address == nullptr || length < sizeof(sa_family_t)) return std::nullopt;
  if (address->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    return Endpoint{from_in_addr(v4->sin_addr), ntohs(v4->sin_port)};
  }
  if (address->sa_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
    return Endpoint{from_in6_addr(v6->sin6_addr), ntohs(v6->sin6_port)};
  }
  return std::nullopt;
}

IpAddress from_in_addr(const in_addr& address) {
  return IpAddress::v4(ntohl(address.s_addr));
}

IpAddress from_in6_addr(const in6_addr& address) {
  const std::uint8_t* bytes = address.s6_addr;
  if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes)) {
    return IpAddress::v4(load_be32(bytes + kMappedPrefix.size()));
  }
  std::array<std::uint8_t, 16> network_order;
  std::memcpy(network_order.data(), bytes, network_order.size());
  return IpAddress::v6(network_order);
}

in_addr to_in_addr(const IpAddress& v4) {
  return in_addr{htonl(v4.v4_value())};
}

in6_addr to_in6_addr(const IpAddress& v6) {
  in6_addr out;
  std::memcpy(out.s6_addr, v6.bytes().data(), sizeof out.s6_addr);
  return out;
}

int socket_family(AddressFamily family) {
  return family == AddressFamily::kIpv4 ? AF_INET : AF_INET6;
}

}  // namespace turnpike::net
