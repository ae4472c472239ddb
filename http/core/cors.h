// Cross-origin requests (Fetch Standard section 3.2) by an allow-list. An origin that is not on it
// gets no header, so the browser keeps the answer from the page; this is no authentication.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/core/message.h"

namespace turnpike::http {

/// One row of an allow-list.
class OriginPattern {
 public:
  /// "https://app.example.org", with a port when it is not the scheme's own, or
  /// "https://*.example.org": one or more labels in front, and never example.org itself. The error
  /// names the text.
  static Result<OriginPattern, std::string> parse(std::string_view text);

  bool matches(std::string_view origin) const;
  std::string to_string() const;

 private:
  std::string scheme_;
  std::string host_;  // lower case; behind "*" with its dot: ".example.org"
  std::string port_;  // ":8443" or empty
  bool wildcard_ = false;
};

struct CorsPolicy {
  std::vector<OriginPattern> allowed{};
  bool any_origin = false;  // "*"; not together with credentials
  bool credentials = false;
  std::vector<std::string> methods{"GET", "POST", "DELETE"};
  std::vector<std::string> request_headers{"Authorization", "Content-Type"};
  std::vector<std::string> exposed_headers{};
  std::uint32_t max_age_s = 600;
};

/// The error says why a policy cannot be.
Result<void, std::string> validate(const CorsPolicy& policy);

bool allows(const CorsPolicy& policy, std::string_view origin);

/// An OPTIONS request with Origin and Access-Control-Request-Method.
bool is_preflight(const Request& request);
/// 204 with what is allowed; 403 for an origin that is not on the list, or a method or header that
/// is not. `request` is a preflight.
Response answer_preflight(const CorsPolicy& policy, const Request& request);
/// Adds the headers of an allowed origin, and Vary: Origin to every answer.
void add_cors(const CorsPolicy& policy, const Request& request, Response& response);

}  // namespace turnpike::http
