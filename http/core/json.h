// JSON from strangers and to them, over Boost.JSON: depth and size are always limited, duplicate
// names are refused, and reading a member says what is wrong with it.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace turnpike::http {

struct JsonLimits {
  std::size_t bytes = 65536;
  std::size_t depth = 16;
};

/// One strict RFC 8259 text: UTF-8, no comments, no trailing commas, no name twice in an object.
/// The error is a sentence for a problem's detail and holds nothing of the text.
Result<boost::json::value, std::string> parse_json(std::string_view text,
                                                   const JsonLimits& limits = {});
/// The same, and it is an object. An empty text is an empty object where `empty_is_object`.
Result<boost::json::object, std::string> parse_json_object(std::string_view text,
                                                           const JsonLimits& limits = {},
                                                           bool empty_is_object = false);

std::string to_json(const boost::json::value& value);

/// A member that may be missing or null: then nothing. One of another type is an error that names
/// it.
using OptionalText = Result<std::optional<std::string>, std::string>;
OptionalText text_member(const boost::json::object& object, std::string_view name);
using OptionalNumber = Result<std::optional<std::int64_t>, std::string>;
/// A whole number; 3.0 is one, "3" is not.
OptionalNumber number_member(const boost::json::object& object, std::string_view name);
using OptionalFlag = Result<std::optional<bool>, std::string>;
OptionalFlag flag_member(const boost::json::object& object, std::string_view name);

// The same where what is missing or of another type is as good as nothing: empty, 0, false.
std::string text_of(const boost::json::object& object, std::string_view name);
std::int64_t number_of(const boost::json::object& object, std::string_view name);
bool flag_of(const boost::json::object& object, std::string_view name);
boost::json::object object_of(const boost::json::object& object, std::string_view name);

}  // namespace turnpike::http
