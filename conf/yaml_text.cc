#include "conf/yaml_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace turnpike::conf {
namespace {

template <class List>
std::string yaml_list(const List& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ", ") + yaml_text(value);
  return "[" + text + "]";
}

/// Nothing that YAML would read as something else than this text.
bool is_plain(std::string_view text) {
  constexpr std::string_view kWords[] = {"true", "false", "yes", "no", "on", "off", "null"};
  if (text.empty() || std::ranges::find(kWords, text) != std::end(kWords)) return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

std::string yaml_text(const std::string& value) {
  if (is_plain(value)) return value;
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"";
}

std::string yaml_text(const Secret& value) {
  return value.empty() ? "\"\"" : "(hidden)";
}

std::string yaml_text(const std::vector<std::string>& values) {
  return yaml_list(values);
}

std::string yaml_text(const std::vector<Secret>& values) {
  return yaml_list(values);
}

std::string yaml_text(const std::vector<std::uint16_t>& values) {
  return yaml_list(values);
}

std::string yaml_text(bool value) {
  return value ? "true" : "false";
}

std::string yaml_text(std::uint64_t value) {
  return fmt::format("{}", value);
}

std::string yaml_text(std::uint16_t value) {
  return fmt::format("{}", value);
}

std::string yaml_text(seconds value) {
  return fmt::format("{}", value.count());
}

}  // namespace turnpike::conf
