#include "credentials/core/timed_name.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace turnpike::credentials {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::int64_t> parse_seconds(std::string_view text) {
  if (!is_number(text)) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // Digits only, so the one thing that can go wrong is their number.
  return error == std::errc() ? value : std::numeric_limits<std::int64_t>::max();
}

}  // namespace

std::optional<TimedName> parse_timed_name(std::string_view username, char separator) {
  const std::size_t split = username.find(separator);
  const std::string_view head = username.substr(0, split);
  const bool has_tail = split != std::string_view::npos;
  const std::string_view tail = has_tail ? username.substr(split + 1) : std::string_view();
  if (const auto expiry = parse_seconds(head)) return TimedName{*expiry, has_tail ? tail : head};
  const auto expiry = parse_seconds(tail.substr(0, tail.find(separator)));
  if (!expiry) return std::nullopt;
  return TimedName{*expiry, head.empty() ? tail : head};
}

}  // namespace turnpike::credentials
