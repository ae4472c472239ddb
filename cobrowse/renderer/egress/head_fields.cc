#include "cobrowse/renderer/egress/head_fields.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace turnpike::egress {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

bool is_token_character(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_value_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<Field> parse_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return std::nullopt;
  const std::string_view value = line.substr(colon + 1);
  if (!std::all_of(value.begin(), value.end(), is_value_character)) return std::nullopt;
  return Field{.name = line.substr(0, colon), .value = trimmed(value)};
}

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && equal_ignoring_case(text.substr(0, start.size()), start);
}

bool is_of_one_hop(const Field& field) {
  constexpr std::array<std::string_view, 4> kNames = {"Connection", "Keep-Alive", "TE", "Upgrade"};
  return starts_with_ignoring_case(field.name, "Proxy-") ||
         std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view name) { return equal_ignoring_case(field.name, name); });
}

/// These say where the body ends, and Connection cannot take them away.
bool frames_body(const Field& field) {
  return equal_ignoring_case(field.name, "Content-Length") ||
         equal_ignoring_case(field.name, "Transfer-Encoding");
}

}  // namespace

std::optional<std::size_t> head_length(std::string_view bytes) {
  const std::size_t end = bytes.find(kHeadEnd);
  if (end == std::string_view::npos) return std::nullopt;
  return end + kHeadEnd.size();
}

std::string_view first_line(std::string_view head) {
  return head.substr(0, head.find(kLineEnd));
}

std::optional<std::vector<Field>> parse_fields(std::string_view head) {
  std::vector<Field> fields;
  while (true) {
    const std::size_t end = head.find(kLineEnd);
    if (end == std::string_view::npos) return std::nullopt;
    head.remove_prefix(end + kLineEnd.size());
    const std::string_view line = first_line(head);
    if (line.empty()) return fields;
    const auto field = parse_field(line);
    if (!field) return std::nullopt;
    fields.push_back(*field);
  }
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool list_has(std::string_view list, std::string_view element) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (equal_ignoring_case(trimmed(list.substr(0, comma)), element)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

bool fields_have(const std::vector<Field>& fields, std::string_view name,
                 std::string_view element) {
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
    return equal_ignoring_case(field.name, name) && list_has(field.value, element);
  });
}

std::vector<Field> end_to_end(const std::vector<Field>& fields) {
  std::vector<Field> kept;
  for (const Field& field : fields) {
    if (is_of_one_hop(field)) continue;
    if (!frames_body(field) && fields_have(fields, "Connection", field.name)) continue;
    kept.push_back(field);
  }
  return kept;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append(kLineEnd);
}

ContentLength content_length(const std::vector<Field>& fields) {
  ContentLength length;
  for (const Field& field : fields) {
    if (!equal_ignoring_case(field.name, "Content-Length")) continue;
    std::uint64_t bytes = 0;
    const char* const last = field.value.data() + field.value.size();
    const auto [end, error] = std::from_chars(field.value.data(), last, bytes);
    if (error != std::errc() || end != last || (length.bytes && *length.bytes != bytes)) {
      return {.bytes = {}, .bad = true};
    }
    length.bytes = bytes;
  }
  return length;
}

}  // namespace turnpike::egress
