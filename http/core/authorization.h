// The Authorization header: Basic (RFC 7617) and Bearer (RFC 6750). Parsing and comparing only;
// whether a token is good is the caller's business.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace turnpike::http {

inline constexpr std::size_t kMaxAuthorization = 8192;

struct BasicCredentials {
  std::string user;  // UTF-8 without control characters
  Secret password;   // the same
};

/// Nothing for another scheme, a wrong base64, no colon, or text that RFC 7617 forbids.
std::optional<BasicCredentials> parse_basic(std::string_view header);

/// The token68 behind "Bearer ", as a view into `header`. Nothing for anything else.
std::optional<std::string_view> parse_bearer(std::string_view header);

/// Takes as long for a wrong first character as for a wrong last one. The length is no secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace turnpike::http
