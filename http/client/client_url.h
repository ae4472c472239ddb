// The parts of an http or https URL that a client needs. Names are not resolved here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace turnpike::http {

struct ClientUrl {
  bool tls = false;
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 0;
  std::string authority;  // for the Host header: "[::1]:8080"
  std::string target;     // "/path?query", at least "/"
};

/// No user information, no fragment. The error names the URL.
Result<ClientUrl, std::string> parse_client_url(std::string_view text);

}  // namespace turnpike::http
