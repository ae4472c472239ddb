#include "http/core/json.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <set>
#include <vector>

#include "http/core/problem.h"

namespace turnpike::http {
namespace {

namespace json = boost::json;
using boost::system::error_code;

/// What Boost.JSON takes and we do not. Of two members with the same name it keeps the last, others
/// keep the first (RFC 8259 section 4 allows either); 1e999 is infinite to it, which no JSON text
/// can say.
struct StrictHandler {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  std::vector<std::set<std::string, std::less<>>> names;
  std::string key;
  bool twice = false;
  bool infinite = false;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    names.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    names.pop_back();
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_key_part(json::string_view part, std::size_t, error_code&) {
    key.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, error_code&) {
    key.append(part.data(), part.size());
    twice = !names.back().insert(std::move(key)).second || twice;
    key.clear();
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, error_code&) { return true; }
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, error_code&) { return true; }
  bool on_double(double number, json::string_view, error_code&) {
    infinite = infinite || !std::isfinite(number);
    return true;
  }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }
};

json::parse_options options_of(const JsonLimits& limits) {
  json::parse_options options;
  options.max_depth = limits.depth;
  return options;
}

/// Empty: nothing to say against it.
std::string_view objection_to(std::string_view text, const JsonLimits& limits) {
  json::basic_parser<StrictHandler> parser(options_of(limits));
  error_code error;
  parser.write_some(false, text.data(), text.size(), error);
  if (parser.handler().twice) return "an object of the JSON text has the same name twice";
  if (parser.handler().infinite) return "a number of the JSON text is too large";
  return {};
}

const json::value* member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string wrong_type(std::string_view name, std::string_view what) {
  return fmt::format("\"{}\" must be {}", name, what);
}

}  // namespace

Result<json::value, std::string> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    return fail(fmt::format("the JSON text is longer than {} bytes", limits.bytes));
  }
  json::parser parser({}, options_of(limits));
  error_code error;
  parser.write({text.data(), text.size()}, error);
  if (error) return fail(fmt::format("this is not JSON: {}", error.message()));
  const std::string_view objection = objection_to(text, limits);
  if (!objection.empty()) return fail(std::string(objection));
  return parser.release();
}

Result<json::object, std::string> parse_json_object(std::string_view text, const JsonLimits& limits,
                                                    bool empty_is_object) {
  if (text.empty() && empty_is_object) return json::object();
  auto value = parse_json(text, limits);
  if (!value) return fail(std::move(value).error());
  if (!value->is_object()) return fail(std::string("the JSON text must be an object"));
  return std::move(value->get_object());
}

std::string to_json(const json::value& value) {
  return json::serialize(value);
}

OptionalText text_member(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->is_string()) return fail(wrong_type(name, "a string"));
  const json::string& text = value->get_string();
  return std::optional<std::string>(std::in_place, text.data(), text.size());
}

OptionalNumber number_member(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  if (value == nullptr) return std::optional<std::int64_t>();
  if (value->is_int64()) return std::optional(value->get_int64());
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (value->is_double() && std::abs(value->get_double()) < kExact &&
      std::floor(value->get_double()) == value->get_double()) {
    return std::optional(static_cast<std::int64_t>(value->get_double()));
  }
  return fail(wrong_type(name, "a whole number"));
}

OptionalFlag flag_member(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  if (value == nullptr) return std::optional<bool>();
  if (!value->is_bool()) return fail(wrong_type(name, "true or false"));
  return std::optional(value->get_bool());
}

std::string text_of(const boost::json::object& object, std::string_view name) {
  const auto text = text_member(object, name);
  return text ? text->value_or("") : "";
}

std::int64_t number_of(const boost::json::object& object, std::string_view name) {
  const auto number = number_member(object, name);
  return number ? number->value_or(0) : 0;
}

bool flag_of(const boost::json::object& object, std::string_view name) {
  const auto flag = flag_member(object, name);
  return flag && flag->value_or(false);
}

boost::json::object object_of(const boost::json::object& object, std::string_view name) {
  const boost::json::value* const value = object.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : boost::json::object();
}

}  // namespace turnpike::http
