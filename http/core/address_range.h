// CIDR ranges, and who a request comes from when proxies stand between: X-Forwarded-For counts only
// as far as trusted peers vouch for it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "http/core/message.h"

namespace turnpike::http {

class AddressRange {
 public:
  /// "192.0.2.0/24", "2001:db8::/32", or one address. Bits behind the prefix must be zero.
  static std::optional<AddressRange> parse(std::string_view text);

  /// An IPv4 address and its IPv4-mapped IPv6 form are the same address.
  bool contains(const IpAddress& address) const;
  std::string to_string() const;

  friend bool operator==(const AddressRange&, const AddressRange&) = default;

 private:
  IpAddress base_;
  unsigned prefix_bits_ = 0;
};

bool any_contains(std::span<const AddressRange> ranges, const IpAddress& address);

/// ::ffff:192.0.2.1 is 192.0.2.1; every other address is itself.
IpAddress unmapped(const IpAddress& address);

struct Origin {
  Endpoint client;  // port 0 when a proxy named the address without one
  bool tls = false;
};

/// The other end of a connection.
struct Peer {
  Endpoint address;  // unspecified for a Unix socket
  bool tls = false;
  bool trusted = false;  // whatever its address is: a proxy on a Unix socket
};

/// When the peer is trusted, the rightmost address of
/// X-Forwarded-For that is not trusted itself is the client (the leftmost when all are), and
/// X-Forwarded-Proto says whether it used TLS. An entry that is no address ends the walk at the
/// address right of it: what stands left of it cannot be trusted.
Origin origin_of(const Peer& peer, const Headers& headers,
                 std::span<const AddressRange> trusted_proxies);

}  // namespace turnpike::http
