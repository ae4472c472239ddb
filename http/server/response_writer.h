// A Response as the bytes of HTTP/1.1. The framing is the server's own: what a handler says about
// length, connection and date does not count.
#pragma once

#include <cstdint>
#include <string>

#include "http/core/message.h"

namespace turnpike::http {

struct Framing {
  bool head = false;  // the answer to HEAD: the length of the body, and no body
  bool keep_alive = true;
  bool http_1_0 = false;  // says "Connection: keep-alive" where that is not the default
  std::int64_t unix_time = 0;
};

/// A header that would break the framing (a control character in it, a name that is no token) makes
/// the whole answer a 500: it is a bug, and never a second response.
std::string write_response(const Response& response, const Framing& framing);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::string http_date(std::int64_t unix_time);

}  // namespace turnpike::http
