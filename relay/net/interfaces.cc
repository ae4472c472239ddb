#include "relay/net/interfaces.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "relay/net/socket_address.h"

namespace turnpike::net {
namespace {

bool is_link_local(const IpAddress& ip) {
  const Bytes b = ip.bytes();
  return ip.is_v4() ? (b[0] == 169 && b[1] == 254) : (b[0] == 0xfe && (b[1] & 0xc0) == 0x80);
}

std::optional<IpAddress> ip_of(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  const socklen_t length =
      address->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  const auto endpoint = from_sockaddr(address, length);
  return endpoint ? std::optional(endpoint->ip) : std::nullopt;
}

bool contains(const std::vector<LocalAddress>& addresses, const IpAddress& ip) {
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const LocalAddress& a) { return a.ip == ip; });
}

}  // namespace

std::vector<LocalAddress> local_addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  std::vector<LocalAddress> out;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    const auto ip = ip_of(entry->ifa_addr);
    if (!ip || contains(out, *ip)) continue;
    out.push_back({.ip = *ip,
                   .device = entry->ifa_name,
                   .up = (entry->ifa_flags & IFF_UP) != 0,
                   .loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0 || ip->is_loopback(),
                   .link_local = is_link_local(*ip)});
  }
  return out;
}

std::vector<IpAddress> choose_listening_addresses(std::span<const LocalAddress> addresses) {
  std::vector<IpAddress> outside;
  std::vector<IpAddress> loopback;
  for (const LocalAddress& a : addresses) {
    if (!a.up || a.link_local || a.ip.is_unspecified()) continue;
    (a.loopback ? loopback : outside).push_back(a.ip);
  }
  return outside.empty() ? loopback : outside;
}

std::vector<IpAddress> default_listening_addresses() {
  return choose_listening_addresses(local_addresses());
}

Result<IpAddress, std::string> resolve_host(std::string_view host) {
  if (const auto ip = IpAddress::parse(host)) return *ip;
  const std::string name(host);
  const std::string failure = "cannot resolve host name \"" + name + "\"";
  if (name.empty() || name.find('\0') != std::string::npos) {
    return fail("cannot resolve an empty or malformed host name, give an address");
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;  // one answer per address
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(name.c_str(), nullptr, &hints, &list);
  if (error != 0) return fail(failure + ": " + ::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (const auto ip = ip_of(entry->ai_addr)) return *ip;
  }
  return fail(failure + ": it has no IPv4 or IPv6 address");
}

}  // namespace turnpike::net
