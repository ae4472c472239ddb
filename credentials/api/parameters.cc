#include "credentials/api/parameters.h"

#include <fmt/format.h>

#include <charconv>

#include "http/core/form.h"
#include "http/core/json.h"

namespace turnpike::credentials::api {
namespace {

/// Without what comes behind ";".
std::string_view media_type(std::string_view header) {
  header = header.substr(0, header.find(';'));
  while (header.ends_with(' ')) header.remove_suffix(1);
  return header;
}

bool is_json(const http::Request& request) {
  const std::string_view type = media_type(request.headers.find("Content-Type"));
  if (type == "application/json" || type == "application/x-amz-json-1.0" ||
      type == "application/x-amz-json-1.1" || type == "text/json") {
    return true;
  }
  return type.empty() && request.body.starts_with('{');
}

std::optional<std::string> text_of(const boost::json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (const auto* number = value.if_int64()) return fmt::format("{}", *number);
  if (const auto* number = value.if_uint64()) return fmt::format("{}", *number);
  if (const auto* flag = value.if_bool()) return std::string(*flag ? "true" : "false");
  return std::nullopt;
}

}  // namespace

Result<Parameters, std::string> Parameters::read(const http::Request& request) {
  Parameters parameters;
  const auto take = [&parameters](std::string_view text) -> Result<void, std::string> {
    const auto form = http::parse_form(text);
    if (!form) return fail(std::string(http::form_error_text(form.error())));
    for (const auto& [name, value] : form->pairs()) parameters.values_.emplace(name, value);
    return {};
  };
  if (auto taken = take(request.query); !taken) return fail(taken.error());
  if (request.body.empty()) return parameters;
  if (!is_json(request)) {
    if (auto taken = take(request.body); !taken) return fail(taken.error());
    return parameters;
  }
  const auto object = http::parse_json_object(request.body);
  if (!object) return fail(object.error());
  for (const auto& member : *object) {
    if (auto text = text_of(member.value())) {
      parameters.values_.emplace(std::string(member.key()), std::move(*text));
    }
  }
  return parameters;
}

std::optional<std::string> Parameters::find(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names) {
    const auto at = values_.find(name);
    if (at != values_.end() && !at->second.empty()) return at->second;
  }
  return std::nullopt;
}

Result<std::optional<std::int64_t>, std::string> Parameters::number(
    std::initializer_list<std::string_view> names) const {
  const auto text = find(names);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) {
    return fail(fmt::format("{} must be a whole number", *names.begin()));
  }
  return value;
}

void Parameters::set(std::string name, std::string value) {
  values_[std::move(name)] = std::move(value);
}

}  // namespace turnpike::credentials::api
