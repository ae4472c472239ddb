// The addresses of this machine, and which of them to listen on when the configuration does not
// say. Asked once at start: name resolution may block.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"

namespace turnpike::net {

struct LocalAddress {
  IpAddress ip;
  std::string device;
  bool up = false;
  bool loopback = false;    // the device is a loopback, or the address is
  bool link_local = false;  // 169.254/16 or fe80::/10
};

/// Every IPv4 and IPv6 address of every interface, in the kernel's order, each once. Empty when the
/// kernel does not tell.
std::vector<LocalAddress> local_addresses();

/// Coturn's rule for a configuration without listening-ip: every address that is up, except
/// link-local and unspecified ones; loopback only when there is nothing else.
std::vector<IpAddress> choose_listening_addresses(std::span<const LocalAddress> addresses);
std::vector<IpAddress> default_listening_addresses();

/// An address in text form, or a host name looked up with the system's resolver (its first answer).
/// The error is a sentence for the operator.
Result<IpAddress, std::string> resolve_host(std::string_view host);

}  // namespace turnpike::net
