// Sites as an operator writes them in a list: a name or an address, "*" for any run of characters,
// and a port where only that port is meant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cobrowse/renderer/egress/host_text.h"

namespace turnpike::egress {

class SitePattern {
 public:
  /// "example.org", "*.example.org" (every name below it, not itself), "shop*.example.org:8443",
  /// "192.0.2.7", "[2001:db8::1]:443", "*". Upper case counts as lower case, and a dot at the end
  /// for nothing. Nothing for anything else, and for schemes and paths.
  static std::optional<SitePattern> parse(std::string_view text);

  bool matches(const Host& host, std::uint16_t port) const;
  /// Absent: every port.
  std::optional<std::uint16_t> port() const { return port_; }

 private:
  std::string glob_;
  std::optional<std::uint16_t> port_;
};

/// Whether "*" in `glob`, each standing for any run of characters, can make it `text`. Takes at
/// most the product of the lengths.
bool glob_matches(std::string_view glob, std::string_view text);

/// 1 to 65535 in digits, without a sign or spaces.
std::optional<std::uint16_t> parse_port(std::string_view text);

}  // namespace turnpike::egress
