// IP addresses and transport addresses as values, with text forms (RFC 4291, RFC 5952).
// No sockets here: relay/net turns these into sockaddr.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/strong.h"

namespace turnpike {

/// The numbers are those of STUN's address attributes (RFC 8489 section 14.1).
enum class AddressFamily : std::uint8_t { kIpv4 = 1, kIpv6 = 2 };

/// An IPv4 or IPv6 address. Ordered by family, then as an unsigned number.
class IpAddress {
 public:
  /// 0.0.0.0
  constexpr IpAddress() = default;
  /// `host_order`: 0x7f000001 is 127.0.0.1.
  static IpAddress v4(std::uint32_t host_order);
  static IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d);
  static IpAddress v6(const std::array<std::uint8_t, 16>& network_order);
  static IpAddress any(AddressFamily family);

  /// Dotted quad or RFC 4291 text, without brackets, port or zone; nothing else is accepted
  /// (no octal, no short forms like "127.1").
  static std::optional<IpAddress> parse(std::string_view text);

  AddressFamily family() const { return family_; }
  bool is_v4() const { return family_ == AddressFamily::kIpv4; }
  bool is_v6() const { return family_ == AddressFamily::kIpv6; }
  bool is_unspecified() const { return *this == any(family_); }
  bool is_loopback() const;
  /// 4 or 16 bytes in network order.
  Bytes bytes() const { return {bytes_.data(), is_v4() ? 4U : 16U}; }
  /// Host order; only for IPv4.
  std::uint32_t v4_value() const { return load_be32(bytes_.data()); }
  /// RFC 5952 for IPv6; IPv4-mapped addresses as "::ffff:192.0.2.1" (section 5).
  std::string to_string() const;

  friend std::strong_ordering operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  AddressFamily family_ = AddressFamily::kIpv4;
  std::array<std::uint8_t, 16> bytes_{};  // IPv4 uses the first four; the rest stays zero
};

/// An address and a port.
struct Endpoint {
  IpAddress ip;
  std::uint16_t port = 0;

  /// "1.2.3.4:5" or "[::1]:5"
  static std::optional<Endpoint> parse(std::string_view text);
  std::string to_string() const;
  friend std::strong_ordering operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// The transport address a client sends from, as the relay sees it (RFC 8656: the server-reflexive
/// address).
using ClientAddress = Strong<Endpoint, struct ClientAddressTag>;
/// The relay's own address that a client sends to.
using ServerAddress = Strong<Endpoint, struct ServerAddressTag>;
/// The address of somebody whom a client talks to through the relay.
using PeerAddress = Strong<Endpoint, struct PeerAddressTag>;
/// An address on the relay, allocated for a client.
using RelayedAddress = Strong<Endpoint, struct RelayedAddressTag>;

enum class Transport : std::uint8_t { kUdp = 0, kTcp = 1, kTls = 2, kDtls = 3 };

/// "UDP", "TCP", "TLS/TCP", "DTLS": the words of Coturn's logs and metrics.
std::string_view transport_name(Transport transport);

/// RFC 8656 section 2: what names an allocation from the client's side.
struct FiveTuple {
  ClientAddress client;
  ServerAddress server;
  Transport transport = Transport::kUdp;
  friend bool operator==(const FiveTuple&, const FiveTuple&) = default;
};

}  // namespace turnpike
