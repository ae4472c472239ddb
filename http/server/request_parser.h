// One HTTP/1.1 request from bytes: Beast parses, and what RFC 9112 leaves open to two readings
// (request smuggling) is refused before and after. No sockets, no clock.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/core/message.h"
#include "http/server/http_server.h"

namespace turnpike::http {

/// What the server answers by itself, and then it closes the connection.
struct Refusal {
  unsigned status = 400;
  std::string_view detail;
};

/// How many bytes of `bytes` are the header, with the empty line that ends it; 0: not all there.
/// A refusal as soon as it is known to be too long.
Result<std::size_t, Refusal> header_length(std::string_view bytes, const Limits& limits);

class RequestParser {
 public:
  /// `waits_for_limit`: the header is taken whatever length of a body it names; limit_body()
  /// follows.
  explicit RequestParser(const Limits& limits, bool waits_for_limit = false);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// `block` is what header_length measured. Sets method, target and headers of `out`.
  std::optional<Refusal> on_header(std::string_view block, Request& out);

  bool keep_alive() const;  // RFC 9112 section 9.3
  bool is_http_1_0() const;
  bool expects_continue() const;  // RFC 9110 section 10.1.1, and a body follows
  bool is_websocket_upgrade() const;

  /// Before the first on_body(): another limit than Limits::body_bytes.
  std::optional<Refusal> limit_body(std::size_t bytes);
  /// Takes what belongs to the body from the start of `bytes` and says how much that was.
  Result<std::size_t, Refusal> on_body(std::string_view bytes);
  bool complete() const;
  std::string take_body();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace turnpike::http
