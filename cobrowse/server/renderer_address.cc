#include "cobrowse/server/renderer_address.h"

#include <fmt/format.h>

#include "http/client/client_url.h"
#include "http/core/authorization.h"

namespace turnpike::cobrowse {

Result<std::string, std::string> renderer_address(std::string_view control_url,
                                                  std::string_view system_prefix) {
  while (control_url.ends_with('/')) control_url.remove_suffix(1);
  const auto url = http::parse_client_url(control_url);
  if (!url) return fail(url.error());
  if (url->target.find('?') != std::string::npos) {
    return fail(fmt::format("\"{}\" has a query in it", control_url));
  }
  return fmt::format("{}{}{}", control_url, system_prefix, kRendererPath);
}

std::optional<http::Response> admit_with_renderers(const http::EntryPaths& entry_paths,
                                                   http::Request& request) {
  const bool is_get = request.method == http::Method::kGet;
  const bool has_token = (is_get || request.method == http::Method::kPost) &&
                         request.headers.count("Authorization") == 1 &&
                         http::parse_bearer(request.headers.find("Authorization"));
  if (has_token) {
    auto classified = entry_paths.classify(request.target);
    const bool is_open = classified && (is_get ? classified->path == kRendererPath ||
                                                     classified->path.starts_with(kDocumentsPath)
                                               : classified->path == kDocumentsPath);
    if (is_open && classified->level == http::TrustLevel::kSystem) {
      request.trust = classified->level;
      request.path = std::move(classified->path);
      request.query = std::move(classified->query);
      return std::nullopt;
    }
  }
  return entry_paths.admit(request);
}

bool is_for_renderers(const http::Request& request) {
  return request.trust == http::TrustLevel::kSystem && request.path.starts_with(kDocumentsPath);
}

}  // namespace turnpike::cobrowse
