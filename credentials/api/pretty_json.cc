#include "credentials/api/pretty_json.h"

#include "http/core/json.h"
#include "http/core/problem.h"

namespace turnpike::credentials::api {
namespace {

constexpr std::size_t kWidth = 100;

std::string on_one_line(const boost::json::value& value) {
  std::string text;
  const auto separate = [&text] {
    if (text.size() > 1) text += ", ";
  };
  if (const auto* object = value.if_object()) {
    text += '{';
    for (const auto& member : *object) {
      separate();
      text += http::json_quote(member.key()) + ": " + on_one_line(member.value());
    }
    return text + '}';
  }
  if (const auto* array = value.if_array()) {
    text += '[';
    for (const auto& item : *array) {
      separate();
      text += on_one_line(item);
    }
    return text + ']';
  }
  return http::to_json(value);
}

/// `used` characters stand on the line already.
void write(const boost::json::value& value, std::size_t indent, std::size_t used,
           std::string& text) {
  const std::string line = on_one_line(value);
  const bool is_list = value.is_object() || value.is_array();
  if (!is_list || used + line.size() + 1 <= kWidth) {
    text += line;
    return;
  }
  const std::string inside = '\n' + std::string(indent + 2, ' ');
  text += value.is_object() ? '{' : '[';
  bool first = true;
  const auto next = [&](const std::string& key, const boost::json::value& item) {
    text += (first ? "" : ",") + inside + key;
    first = false;
    write(item, indent + 2, indent + 2 + key.size(), text);
  };
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) next(http::json_quote(member.key()) + ": ", member.value());
  } else {
    for (const auto& item : value.get_array()) next("", item);
  }
  text += '\n' + std::string(indent, ' ');
  text += value.is_object() ? '}' : ']';
}

}  // namespace

std::string pretty_json(const boost::json::value& value) {
  std::string text;
  write(value, 0, 0, text);
  return text + '\n';
}

}  // namespace turnpike::credentials::api
