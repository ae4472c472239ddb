// docs/credentials-api.md: every route with its parameters and an example of its answer.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <map>
#include <vector>

#include "credentials/api/operations.h"
#include "credentials/api/pretty_json.h"
#include "http/core/json.h"

namespace turnpike::credentials::api {
namespace {

constexpr std::string_view kBefore = R"(# The API of turnpike-credentials

Rendered from `credentials/api/adapters.def` and `parameters.def` by `turnpike-render-routes page`;
a test compares. The same as OpenAPI 3.1 is [openapi/credentials.json](openapi/credentials.json),
which a running service answers at `/public/v1/openapi.json`. First steps:
[credentials-service.md](credentials-service.md).

## Where, who, how

A path stands behind the prefix of its trust level: `/public` for PUBLIC and `/app` for INTERNAL,
unless `entry_paths` of the configuration says otherwise. A path answers on its level and on higher
ones.

Callers show an API key `ID.SECRET` as `Authorization: Bearer ID.SECRET`, by HTTP Basic with the ID
as user and the SECRET as password, as `X-Api-Key: ID.SECRET`, or as the parameter `key` (`apiKey`,
`api` and `secretKey` are taken too); or they have a client certificate that the configuration
names. Keys with `may_manage` may list and take back.

Parameters stand in the query, and with POST and PUT also in a form or in a JSON object by
`Content-Type`; the query wins. Unknown ones are ignored.

## Errors

| status | when |
|---|---|
| 400 | the request makes no sense; the text says what is wrong |
| 401 | no valid API key, token or certificate |
| 403 | the caller may not do this: origin, user, management; or it is revoked |
| 404 | there is no such path on this level, or nothing of that name |
| 405 | the path takes other methods, which `Allow` names |
| 429 | too many requests; `Retry-After` says for how many seconds to wait |
| 503 | no relay is usable, or the store is away; `Retry-After` |

Errors have the shape that the clients of an adapter know, and are `application/problem+json` (RFC
9457) everywhere else. Answers with credentials have `Cache-Control: no-store`.

## Routes

)";

std::string heading(const Route& route) {
  return std::string(route.summary);
}

/// As GitHub makes it of a heading whose only characters outside ASCII are punctuation.
std::string anchor(std::string_view title) {
  std::string text;
  for (const char c : title) {
    if (c >= 'A' && c <= 'Z') {
      text += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') {
      text += c;
    } else if (c == ' ') {
      text += '-';
    }
  }
  return text;
}

std::string in_a_cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string_view type_name(ParameterRow::Type type) {
  switch (type) {
    case ParameterRow::Type::kText:
      break;
    case ParameterRow::Type::kWholeNumber:
      return "whole number";
    case ParameterRow::Type::kObject:
      return "object";
  }
  return "text";
}

std::string parameter_table(const Route& route) {
  std::string rows;
  for (const PathParameter& one : path_parameters_of(route)) {
    rows += fmt::format("| `{{{}}}` | path | {} |\n", one.name, one.what);
  }
  for (const ParameterRow& row : parameters_of(route.action)) {
    const bool needed = row.need == ParameterRow::Need::kRequired;
    rows += fmt::format("| `{}` | {}{} | {} |\n", row.name, type_name(row.type),
                        needed ? ", required" : "", in_a_cell(row.what));
  }
  if (rows.empty()) return "No parameters.\n";
  return "| parameter | kind | what |\n|---|---|---|\n" + rows;
}

/// `shown`: the first route with each schema, whose section has the example.
std::string example(const Route& route, std::map<std::string_view, const Route*>& shown) {
  const std::string body = example_of(route);
  const auto [first, is_new] = shown.try_emplace(answer_of(route.action).schema, &route);
  if (!body.empty() && !is_new) {
    const std::string title = heading(*first->second);
    return fmt::format("\nThe answer is that of [{}](#{}).\n", title, anchor(title));
  }
  if (body.empty()) {
    return answer_of(route.action).schema.empty() ? "\nThe answer has no body.\n" : "";
  }
  const auto value = http::parse_json(body);
  if (!value) return "\n```xml\n" + body + "```\n";
  return "\n```json\n" + pretty_json(*value) + "```\n";
}

/// Rows that do the same thing, by path or method, make one section.
std::vector<const Route*> rows_of(Action action) {
  std::vector<const Route*> rows;
  for (const Route& route : routes()) {
    if (route.action == action) rows.push_back(&route);
  }
  return rows;
}

}  // namespace

std::string_view trust_level_word(http::TrustLevel level) {
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

std::string render_route_page() {
  std::string page(kBefore);
  std::string sections;
  page += "| method | path | level | success | what it is |\n|---|---|---|---|---|\n";
  std::vector<Action> described;
  std::map<std::string_view, const Route*> shown;
  for (const Route& route : routes()) {
    const std::vector<const Route*> rows = rows_of(route.action);
    page += fmt::format("| {} | `{}` | {} | {} | [{}](#{}) |\n", http::method_name(route.method),
                        route.pattern, trust_level_word(route.trust), route.success,
                        in_a_cell(route.summary), anchor(heading(*rows.front())));
    if (std::ranges::find(described, route.action) != described.end()) continue;
    described.push_back(route.action);
    sections += fmt::format("\n## {}\n\n", heading(route));
    for (const Route* row : rows) {
      sections += fmt::format("`{} {}` → {}{}\n", http::method_name(row->method), row->pattern,
                              row->success, row == rows.back() ? "" : "  ");
    }
    sections += "\n" + parameter_table(route) + example(route, shown);
  }
  return page + sections;
}

}  // namespace turnpike::credentials::api
