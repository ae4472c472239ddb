// The table of routes as OpenAPI and as a page.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

#include "credentials/api/routes.h"
#include "http/core/json.h"

namespace turnpike::credentials::api {
namespace {

namespace json = boost::json;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

std::string_view level_word(http::TrustLevel level) {
  switch (level) {
    case http::TrustLevel::kPublic:
      return "PUBLIC";
    case http::TrustLevel::kWebhook:
      return "WEBHOOK";
    case http::TrustLevel::kInternal:
      return "INTERNAL";
    case http::TrustLevel::kSystem:
      return "SYSTEM";
  }
  return "";
}

json::array path_parameters(std::string_view pattern) {
  json::array parameters;
  std::size_t from = 0;
  while ((from = pattern.find('{', from)) != std::string_view::npos) {
    const std::size_t to = pattern.find('}', from);
    parameters.push_back(json::object{{"name", pattern.substr(from + 1, to - from - 1)},
                                      {"in", "path"},
                                      {"required", true},
                                      {"schema", json::object{{"type", "string"}}}});
    from = to;
  }
  return parameters;
}

json::object operation(const Route& route) {
  json::object responses;
  responses[fmt::format("{}", route.success)] = json::object{{"description", route.summary}};
  for (const auto& [status, what] :
       std::map<std::string, std::string>{{"400", "the request makes no sense"},
                                          {"401", "no valid API key, token or certificate"},
                                          {"403", "the caller may not do this"},
                                          {"429", "too many; Retry-After says how long to wait"},
                                          {"503", "no relay is usable, or the store is away"}}) {
    responses[status] = json::object{{"description", what}};
  }
  json::object out{{"summary", route.summary},
                   {"x-trust-level", level_word(route.trust)},
                   {"responses", std::move(responses)}};
  if (json::array parameters = path_parameters(route.pattern); !parameters.empty()) {
    out["parameters"] = std::move(parameters);
  }
  return out;
}

}  // namespace

std::string render_openapi() {
  json::object paths;
  for (const Route& route : routes()) {
    json::value& path = paths[route.pattern];
    if (!path.is_object()) path = json::object();
    path.as_object()[lower(http::method_name(route.method))] = operation(route);
  }
  const json::object schemes{
      {"bearer", json::object{{"type", "http"}, {"scheme", "bearer"}}},
      {"basic", json::object{{"type", "http"}, {"scheme", "basic"}}},
      {"key", json::object{{"type", "apiKey"}, {"in", "query"}, {"name", "key"}}}};
  return http::to_json(json::object{
      {"openapi", "3.1.0"},
      {"info", json::object{{"title", "Turnpike credentials"}, {"version", "1"}}},
      {"security",
       json::array{json::object{{"bearer", json::array()}}, json::object{{"basic", json::array()}},
                   json::object{{"key", json::array()}}}},
      {"components", json::object{{"securitySchemes", schemes}}},
      {"paths", std::move(paths)}});
}

std::string render_route_page() {
  std::string page =
      "# The API of turnpike-credentials\n\n"
      "Rendered from `credentials/api/adapters.def`; a test compares. A path stands behind the "
      "prefix of its trust level,\n`/public` for PUBLIC and `/app` for INTERNAL unless they are "
      "configured.\n\n"
      "| method | path | level | success | what it is |\n|---|---|---|---|---|\n";
  for (const Route& route : routes()) {
    page += fmt::format("| {} | `{}` | {} | {} | {} |\n", http::method_name(route.method),
                        route.pattern, level_word(route.trust), route.success, route.summary);
  }
  return page;
}

}  // namespace turnpike::credentials::api
