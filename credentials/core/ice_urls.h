// ICE server URLs (RFC 7064, RFC 7065) of the relays, in the order in which browsers should try
// them. Which relays are usable is decided elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace turnpike::credentials {

struct RelayEntry {
  std::string host;    // a name, or an address; IPv6 gets its brackets here
  std::string region;  // empty: everywhere
  std::uint16_t port = 3478;
  std::uint16_t tls_port = 443;  // `turns` needs a host that the certificate names
  bool stun = true;
  bool udp = true;
  bool tcp = true;
  bool tls = true;
};

struct Transports {
  bool udp = true;
  bool tcp = true;
  bool tls = true;
};

/// "udp,tcp,tls" in any order and choice; the error is the word that is none.
Result<Transports, std::string> parse_transports(std::string_view text);

/// "stun:host:3478"; nothing where the relay serves no STUN.
std::optional<std::string> stun_url(const RelayEntry& relay);
/// turn over UDP, turn over TCP, turns over TCP: what the relay serves of what is wished.
std::vector<std::string> turn_urls(const RelayEntry& relay, const Transports& wish);

}  // namespace turnpike::credentials
