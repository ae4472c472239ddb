#include "cobrowse/server/own_addresses.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <memory>

#include "base/ip_address.h"

namespace turnpike::cobrowse {
namespace {

std::vector<IpAddress> local_addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  std::vector<IpAddress> all;
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    const int family = one->ifa_addr == nullptr ? AF_UNSPEC : one->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    std::array<char, NI_MAXHOST> text{};
    const socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    if (::getnameinfo(one->ifa_addr, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) !=
        0) {
      continue;
    }
    const std::string_view written(text.data());  // of a link-local one: with its interface
    if (const auto address = IpAddress::parse(written.substr(0, written.find('%')))) {
      all.push_back(*address);
    }
  }
  return all;
}

}  // namespace

std::vector<std::string> every_own_address(std::string_view listen) {
  std::string text(listen);
  if (text.starts_with("*:")) text.replace(0, 1, "0.0.0.0");
  const auto endpoint = Endpoint::parse(text);
  if (!endpoint || endpoint->ip != IpAddress::any(endpoint->ip.family())) {
    return {std::move(text)};
  }
  std::vector<std::string> all;
  for (const IpAddress& address : local_addresses()) {
    all.push_back(Endpoint{address, endpoint->port}.to_string());
  }
  return all;
}

}  // namespace turnpike::cobrowse
