// The host of a request as the browser spelled it, made into one form: a name or an address. What
// another program could read as something else is refused here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "base/result.h"
#include "cobrowse/renderer/egress/reason.h"

namespace turnpike::egress {

/// RFC 1035 section 2.3.4, without the length bytes and the root.
inline constexpr std::size_t kMaxHostBytes = 253;
inline constexpr std::size_t kMaxLabelBytes = 63;

/// A host in its one form.
struct Host {
  /// A name in lower case without the dot at its end, or the address as IpAddress writes it
  /// (IPv6 without brackets). Names in punycode ("xn--…") stay as they are.
  std::string text;
  /// Set when the host is an address; then nothing has to be looked up.
  std::optional<IpAddress> address{};

  /// "example.org", "192.0.2.1", "[2001:db8::1]": as in a URL (RFC 3986 section 3.2.2).
  std::string in_url() const;
};

/// Takes names of letters, digits, "-" and "_", dotted quads, and IPv6 addresses with or without
/// brackets. One dot at the end is dropped. kNumericHost where the last label is a number and the
/// whole is no dotted quad (the rule of the URL standard, section 3.5); kBadHost for everything
/// else: percent-encoding, zones, bytes outside ASCII, empty or long labels.
Result<Host, Reason> parse_host(std::string_view text);

}  // namespace turnpike::egress
