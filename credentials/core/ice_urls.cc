#include "credentials/core/ice_urls.h"

#include <fmt/format.h>

namespace turnpike::credentials {
namespace {

std::string authority(const RelayEntry& relay, std::uint16_t port) {
  const bool v6 = relay.host.find(':') != std::string::npos && !relay.host.starts_with('[');
  return v6 ? fmt::format("[{}]:{}", relay.host, port) : fmt::format("{}:{}", relay.host, port);
}

}  // namespace

Result<Transports, std::string> parse_transports(std::string_view text) {
  Transports wish{.udp = false, .tcp = false, .tls = false};
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view word = text.substr(0, comma);
    if (word == "udp") {
      wish.udp = true;
    } else if (word == "tcp") {
      wish.tcp = true;
    } else if (word == "tls") {
      wish.tls = true;
    } else {
      return fail(std::string(word));
    }
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return wish;
}

std::optional<std::string> stun_url(const RelayEntry& relay) {
  if (!relay.stun) return std::nullopt;
  return "stun:" + authority(relay, relay.port);
}

std::vector<std::string> turn_urls(const RelayEntry& relay, const Transports& wish) {
  std::vector<std::string> urls;
  const std::string plain = authority(relay, relay.port);
  if (relay.udp && wish.udp) urls.push_back("turn:" + plain + "?transport=udp");
  if (relay.tcp && wish.tcp) urls.push_back("turn:" + plain + "?transport=tcp");
  if (relay.tls && wish.tls) {
    urls.push_back("turns:" + authority(relay, relay.tls_port) + "?transport=tcp");
  }
  return urls;
}

}  // namespace turnpike::credentials
