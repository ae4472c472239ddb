// The table of routes as OpenAPI 3.1: paths, parameters, answers, and components/schemas.
#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "credentials/api/operations.h"
#include "credentials/api/schemas.h"
#include "http/core/json.h"

namespace turnpike::credentials::api {
namespace {

namespace json = boost::json;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

/// "post_v1_sessions_session_participants"
std::string operation_id(const Route& route) {
  std::string id = lower(http::method_name(route.method));
  for (const char c : route.pattern) {
    const bool is_word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_word) {
      id += c;
    } else if (!id.ends_with('_')) {
      id += '_';
    }
  }
  while (id.ends_with('_')) id.pop_back();
  return route.pattern == "/" ? id + "_root" : id;
}

json::object type_of(const ParameterRow& row) {
  switch (row.type) {
    case ParameterRow::Type::kText:
      break;
    case ParameterRow::Type::kWholeNumber:
      return {{"type", "integer"}};
    case ParameterRow::Type::kObject:
      return {{"type", "object"}};
  }
  return {{"type", "string"}};
}

json::object reference(std::string_view schema) {
  return {{"$ref", fmt::format("#/components/schemas/{}", schema)}};
}

bool has_body(const Route& route) {
  return route.method == http::Method::kPost || route.method == http::Method::kPut;
}

json::array parameters(const Route& route) {
  json::array list;
  for (const PathParameter& one : path_parameters_of(route)) {
    list.push_back(json::object{{"name", one.name},
                                {"in", "path"},
                                {"required", true},
                                {"description", one.what},
                                {"schema", json::object{{"type", "string"}}}});
  }
  if (has_body(route)) return list;
  for (const ParameterRow& row : parameters_of(route.action)) {
    list.push_back(json::object{{"name", row.name},
                                {"in", "query"},
                                {"required", row.need == ParameterRow::Need::kRequired},
                                {"description", row.what},
                                {"schema", type_of(row)}});
  }
  return list;
}

/// The query of a request with a body counts too; that is said in the description only.
json::object request_body(const Route& route) {
  json::object properties;
  json::array required;
  for (const ParameterRow& row : parameters_of(route.action)) {
    json::object schema = type_of(row);
    schema["description"] = row.what;
    properties[row.name] = std::move(schema);
    if (row.need == ParameterRow::Need::kRequired) required.emplace_back(row.name);
  }
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
  const bool needed = !required.empty();
  if (needed) schema["required"] = std::move(required);
  const json::object media{{"schema", schema}};
  return {{"description", "The query may hold the same, and wins"},
          {"required", needed},
          {"content", json::object{{"application/json", media},
                                   {"application/x-www-form-urlencoded", media}}}};
}

json::object content(const Answer& answer) {
  return {{answer.media_type, json::object{{"schema", reference(answer.schema)}}}};
}

json::object header(std::string_view what) {
  return {{"description", what}, {"schema", json::object{{"type", "string"}}}};
}

struct ErrorStatus {
  std::string_view status;
  std::string_view what;
  std::string_view header;
  std::string_view header_what;
};
constexpr std::string_view kWait = "seconds to wait";
constexpr std::array kErrors = {
    ErrorStatus{"400", "the request makes no sense", "", ""},
    ErrorStatus{"401", "no valid API key, token or certificate", "WWW-Authenticate", "how to ask"},
    ErrorStatus{"403", "the caller may not do this", "", ""},
    ErrorStatus{"404", "there is no such path, or nothing of that name", "", ""},
    ErrorStatus{"405", "the path takes other methods", "Allow", "those methods"},
    ErrorStatus{"409", "there is one of that name already", "", ""},
    ErrorStatus{"429", "too many requests", "Retry-After", kWait},
    ErrorStatus{"503", "no relay is usable, or the store is away", "Retry-After", kWait},
};

/// "Problem429"
std::string response_name(Shape shape, const ErrorStatus& error) {
  return fmt::format("{}{}", error_of(shape).schema, error.status);
}

json::object responses(const Route& route) {
  json::object success{{"description", route.summary}};
  if (const Answer answer = answer_of(route.action); !answer.schema.empty()) {
    if (!is_open(route.action)) {
      success["headers"] = json::object{{"Cache-Control", header("no-store")}};
    }
    success["content"] = content(answer);
  }
  json::object list;
  list[fmt::format("{}", route.success)] = std::move(success);
  for (const ErrorStatus& error : kErrors) {
    if (is_open(route.action) && error.status != "405") continue;
    if (error.status == "409" && route.action != Action::kMakeKey) continue;
    list[error.status] = json::object{
        {"$ref", fmt::format("#/components/responses/{}", response_name(route.shape, error))}};
  }
  return list;
}

/// components/responses: the errors of every shape that a route has.
json::object error_responses() {
  json::object all;
  for (const Route& route : routes()) {
    for (const ErrorStatus& error : kErrors) {
      if (error.status == "409" && route.action != Action::kMakeKey) continue;
      json::object response{{"description", error.what}};
      if (!error.header.empty()) {
        response["headers"] = json::object{{error.header, header(error.header_what)}};
      }
      response["content"] = content(error_of(route.shape));
      all[response_name(route.shape, error)] = std::move(response);
    }
  }
  return all;
}

json::object operation(const Route& route) {
  const bool inside = route.trust >= http::TrustLevel::kInternal;
  json::object out{{"operationId", operation_id(route)},
                   {"summary", route.summary},
                   {"x-trust-level", trust_level_word(route.trust)}};
  if (inside) out["servers"] = json::array{json::object{{"url", "/app"}}};
  if (is_open(route.action)) out["security"] = json::array();
  if (json::array list = parameters(route); !list.empty()) out["parameters"] = std::move(list);
  if (has_body(route)) out["requestBody"] = request_body(route);
  out["responses"] = responses(route);
  return out;
}

json::object security_schemes() {
  const auto key = [](std::string_view in, std::string_view name) {
    return json::object{{"type", "apiKey"}, {"in", in}, {"name", name}};
  };
  return {{"bearer", json::object{{"type", "http"}, {"scheme", "bearer"}}},
          {"basic", json::object{{"type", "http"}, {"scheme", "basic"}}},
          {"header", key("header", "X-Api-Key")},
          {"query", key("query", "key")},
          {"certificate", json::object{{"type", "mutualTLS"}}}};
}

std::string make_document() {
  json::object paths;
  for (const Route& route : routes()) {
    json::value& path = paths[route.pattern];
    if (!path.is_object()) path = json::object();
    path.as_object()[lower(http::method_name(route.method))] = operation(route);
  }
  json::object schemes = security_schemes();
  json::array security;
  for (const auto& scheme : schemes) {
    security.push_back(json::object{{scheme.key(), json::array()}});
  }
  return http::to_json(json::object{
      {"openapi", "3.1.0"},
      {"info",
       json::object{{"title", "Turnpike credentials"},
                    {"version", "1"},
                    {"description",
                     "Paths stand behind the prefix of their trust level: /public for PUBLIC and "
                     "/app for INTERNAL unless entry_paths in credentials.yml says otherwise."}}},
      {"servers", json::array{json::object{{"url", "/public"}}}},
      {"security", std::move(security)},
      {"paths", std::move(paths)},
      {"components", json::object{{"securitySchemes", std::move(schemes)},
                                  {"responses", error_responses()},
                                  {"schemas", schemas()}}}});
}

}  // namespace

std::string render_openapi() {
  static const std::string document = make_document();  // anybody may ask for it, and often
  return document;
}

}  // namespace turnpike::credentials::api
