// What the browser asks of the proxy: CONNECT, or a request with an absolute target; and the head
// that the site gets for it. Judges neither host nor port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cobrowse/renderer/egress/reason.h"

namespace turnpike::egress {

struct RequestHead {
  bool connect = false;
  /// As it was spelled, with brackets around an IPv6 address; egress_policy.h reads it.
  std::string host{};
  std::uint16_t port = 0;
  /// From here on not for CONNECT. Whether the request wants to become another protocol.
  bool upgrade = false;
  /// How long the body behind the head is. What an upgraded connection carries does not count.
  std::uint64_t body_bytes = 0;
  /// The head for the site: target in origin-form (RFC 9112 section 3.2.1), Host after the target
  /// and not after the field that came (section 3.2.2), no fields of one hop nor Proxy-*, and
  /// "Connection: close", or "upgrade" where that was asked for.
  std::string forward{};
};

/// Of a head with its empty line (head_length()). kMalformed for what no browser sends: other line
/// ends than CR LF, bytes outside ASCII in the target, a missing port after CONNECT, user names in
/// the target, contradicting lengths; kScheme for absolute targets of anything but http;
/// kLengthRequired for a body that comes in chunks (RFC 9110 section 15.5.12).
Result<RequestHead, Reason> parse_request_head(std::string_view head);

}  // namespace turnpike::egress
