#include "http/core/cors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "http/core/problem.h"

namespace turnpike::http {
namespace {

constexpr std::size_t kMaxOrigin = 512;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

struct OriginParts {
  std::string scheme;
  std::string host;
  std::string port;
};

bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    return host.size() > 2 && host.ends_with(']') &&
           host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") ==
               std::string_view::npos;
  }
  const bool characters = !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  });
  return characters && !host.starts_with('.') && !host.ends_with('.') &&
         host.find("..") == std::string_view::npos;
}

/// A serialised origin: no path, no user, no default port; "null" is none.
std::optional<OriginParts> split(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (text.size() > kMaxOrigin || colon == std::string_view::npos) return std::nullopt;
  OriginParts parts;
  for (const char c : text.substr(0, colon)) parts.scheme += lower(c);
  if (parts.scheme != "https" && parts.scheme != "http") return std::nullopt;
  const std::string_view authority = text.substr(colon + 3);
  std::size_t port_at = authority.rfind(':');
  const std::size_t bracket = authority.rfind(']');
  if (port_at != std::string_view::npos && bracket != std::string_view::npos && port_at < bracket) {
    port_at = std::string_view::npos;
  }
  const std::string_view host = authority.substr(0, port_at);
  if (!is_host(host)) return std::nullopt;
  for (const char c : host) parts.host += lower(c);
  if (port_at == std::string_view::npos) return parts;
  const std::string_view digits = authority.substr(port_at + 1);
  if (digits.empty() || digits.size() > 5 ||
      digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  const bool is_default = digits == (parts.scheme == "https" ? "443" : "80");
  if (!is_default) parts.port = ":" + std::string(digits);
  return parts;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool holds(const std::vector<std::string>& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(),
                     [name](const std::string& one) { return same_name(one, name); });
}

bool all_allowed(const std::vector<std::string>& allowed, std::string_view names) {
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    const std::string_view name = trimmed(names.substr(0, comma));
    if (!name.empty() && !holds(allowed, name)) return false;
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return true;
}

}  // namespace

Result<OriginPattern, std::string> OriginPattern::parse(std::string_view text) {
  OriginPattern pattern;
  std::string plain(text);
  const std::size_t star = plain.find("://*.");
  if (star != std::string::npos) {
    pattern.wildcard_ = true;
    plain.erase(star + 3, 2);
  }
  const auto parts = split(plain);
  // "*.org" would be half of the world.
  if (!parts || (pattern.wildcard_ && parts->host.find('.') == std::string::npos)) {
    return fail(
        fmt::format("\"{}\" is no origin; write https://app.example.org or "
                    "https://*.example.org",
                    text));
  }
  pattern.scheme_ = parts->scheme;
  pattern.host_ = (pattern.wildcard_ ? "." : "") + parts->host;
  pattern.port_ = parts->port;
  return pattern;
}

bool OriginPattern::matches(std::string_view origin) const {
  const auto parts = split(origin);
  if (!parts || parts->scheme != scheme_ || parts->port != port_) return false;
  if (!wildcard_) return parts->host == host_;
  return parts->host.size() > host_.size() && parts->host.ends_with(host_);
}

std::string OriginPattern::to_string() const {
  return scheme_ + "://" + (wildcard_ ? "*" : "") + host_ + port_;
}

Result<void, std::string> validate(const CorsPolicy& policy) {
  if (policy.any_origin && policy.credentials) {
    return fail(
        std::string("CORS cannot allow every origin and credentials together; name the "
                    "origins or take credentials away"));
  }
  return {};
}

bool allows(const CorsPolicy& policy, std::string_view origin) {
  if (policy.any_origin && !policy.credentials) return true;
  return std::any_of(policy.allowed.begin(), policy.allowed.end(),
                     [origin](const OriginPattern& pattern) { return pattern.matches(origin); });
}

bool is_preflight(const Request& request) {
  return request.method == Method::kOptions && request.headers.has("Origin") &&
         request.headers.has("Access-Control-Request-Method");
}

Response answer_preflight(const CorsPolicy& policy, const Request& request) {
  const auto refuse = [](std::string_view why) {
    Response response = problem(403, why);
    response.headers.add("Vary", "Origin");
    return response;
  };
  if (!allows(policy, request.headers.find("Origin"))) {
    return refuse("this origin is not allowed here");
  }
  if (!holds(policy.methods, request.headers.find("Access-Control-Request-Method"))) {
    return refuse("this method is not allowed across origins");
  }
  if (!all_allowed(policy.request_headers,
                   request.headers.find("Access-Control-Request-Headers"))) {
    return refuse("a header is not allowed across origins");
  }
  Response response{.status = 204, .headers = {}, .body = {}};
  add_cors(policy, request, response);
  response.headers.set("Access-Control-Allow-Methods",
                       fmt::format("{}", fmt::join(policy.methods, ", ")));
  response.headers.set("Access-Control-Allow-Headers",
                       fmt::format("{}", fmt::join(policy.request_headers, ", ")));
  response.headers.set("Access-Control-Max-Age", std::to_string(policy.max_age_s));
  return response;
}

void add_cors(const CorsPolicy& policy, const Request& request, Response& response) {
  response.headers.add("Vary", "Origin");
  const std::string_view origin = request.headers.find("Origin");
  if (origin.empty() || !allows(policy, origin)) return;
  const bool star = policy.any_origin && !policy.credentials;
  response.headers.set("Access-Control-Allow-Origin", star ? "*" : origin);
  if (policy.credentials) response.headers.set("Access-Control-Allow-Credentials", "true");
  if (!policy.exposed_headers.empty()) {
    response.headers.set("Access-Control-Expose-Headers",
                         fmt::format("{}", fmt::join(policy.exposed_headers, ", ")));
  }
}

}  // namespace turnpike::http
