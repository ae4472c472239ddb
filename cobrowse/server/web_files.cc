#include "cobrowse/server/web_files.h"

#include <array>
#include <string>
#include <utility>

#include "http/core/entry_paths.h"
#include "http/core/problem.h"

namespace turnpike::cobrowse {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

constexpr std::array kTypes = {
    Row{".html", "text/html; charset=utf-8"}, Row{".js", "text/javascript; charset=utf-8"},
    Row{".css", "text/css; charset=utf-8"}, Row{".svg", "image/svg+xml"}};

// No inline scripts, nothing from elsewhere.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'";
constexpr std::string_view kVisitorPage = "visitor.html";

std::string_view type_of(std::string_view name) {
  for (const auto& [ending, type] : kTypes) {
    if (name.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

bool is_for_agents(std::string_view name) {
  return name.starts_with("desk");
}

}  // namespace

std::optional<http::Response> answer_web_file(const http::Request& request,
                                              std::span<const std::string> embed_origins) {
  std::string_view name = request.path;
  if (name.starts_with('/')) name.remove_prefix(1);
  if (name.empty()) {
    name = request.trust == http::TrustLevel::kPublic ? kVisitorPage : "desk.html";
  }
  for (const WebFile& file : web_files()) {
    if (file.name != name) continue;
    if (is_for_agents(name) && !http::may_reach(request.trust, http::TrustLevel::kInternal)) break;
    if (request.method != http::Method::kGet && request.method != http::Method::kHead) {
      return http::problem(405, "a file is read only");
    }
    http::Response response{.status = 200, .headers = {}, .body = std::string(file.content)};
    response.headers.set("Content-Type", type_of(name));
    std::string policy(kContentPolicy);
    if (name == kVisitorPage) {
      for (const std::string& origin : embed_origins) policy += " " + origin;
    }
    response.headers.set("Content-Security-Policy", policy);
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Referrer-Policy", "no-referrer");
    response.headers.set("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
    response.headers.set("Cross-Origin-Opener-Policy", "same-origin");
    response.headers.set("Cache-Control", "no-cache");
    // The embed script is what other sites load.
    if (name == "visitor.js") {
      response.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
    }
    return response;
  }
  return std::nullopt;
}

}  // namespace turnpike::cobrowse
