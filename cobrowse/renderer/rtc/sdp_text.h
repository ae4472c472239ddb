// Small pieces of SDP's text: words, numbers, the alphabets of RFC 8839. No grammar of a whole
// line.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace turnpike::rtc {

/// Takes the next word off `text`, and the blanks before it; empty when there is none.
std::string_view take_word(std::string_view& text);
/// Takes the next line off `text`, without its LF or CRLF.
std::string_view take_line(std::string_view& text);
/// What follows `prefix`, when `text` starts with it.
std::optional<std::string_view> after_prefix(std::string_view text, std::string_view prefix);
/// RFC 8839 section 5.1, ice-char: letters, digits, "+" and "/"; `least` to `most` of them.
bool is_ice_text(std::string_view text, std::size_t least, std::size_t most);
bool equals_ignoring_case(std::string_view a, std::string_view b);

/// Digits alone, the whole text, and in the range of Number.
template <class Number>
std::optional<Number> parse_decimal(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace turnpike::rtc
