// Booleans, numbers and choices.
#include "conf/parse_value.h"

#include <algorithm>
#include <charconv>

namespace turnpike::conf {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool looks_like_a_unit(std::string_view text) {
  const auto unit = std::ranges::find_if_not(text, is_digit);
  return unit != text.begin() && unit != text.end() &&
         std::string_view(" kKmMgGtTsbB").find(*unit) != std::string_view::npos;
}

}  // namespace

Result<bool, ValueError> parse_flag(std::string_view text) {
  if (text.empty()) return true;
  if (std::string_view("0nNfF").find(text.front()) != std::string_view::npos) return false;
  if (std::string_view("123456789yYtT").find(text.front()) != std::string_view::npos) return true;
  if (text == "off" || text == "OFF" || text == "Off") return false;
  if (text == "on" || text == "ON" || text == "On") return true;
  return fail(ValueError::kNotABoolean);
}

Result<std::uint64_t, ValueError> parse_number(std::string_view text, std::uint64_t min,
                                               std::uint64_t max) {
  if (text.empty()) return fail(ValueError::kMissing);
  if (!std::ranges::all_of(text, is_digit)) {
    return fail(looks_like_a_unit(text) ? ValueError::kHasUnit : ValueError::kNotANumber);
  }
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || number < min || number > max) {
    return fail(ValueError::kOutOfRange);
  }
  return number;
}

bool is_choice(std::string_view text, std::string_view choices) {
  while (!choices.empty()) {
    const std::size_t end = std::min(choices.find('|'), choices.size());
    if (text == choices.substr(0, end)) return true;
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
  return false;
}

}  // namespace turnpike::conf
