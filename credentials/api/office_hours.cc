#include "credentials/api/office_hours.h"

#include <array>
#include <optional>

namespace turnpike::credentials::api {
namespace {

constexpr int kDaysOfWeek = 7;
constexpr int kMinutesOfDay = 24 * 60;

std::optional<int> parse_day(std::string_view text) {
  constexpr std::array<std::string_view, kDaysOfWeek> kNames = {"Mo", "Tu", "We", "Th",
                                                                "Fr", "Sa", "Su"};
  for (int day = 0; day < kDaysOfWeek; ++day) {
    if (kNames[static_cast<std::size_t>(day)] == text) return day;
  }
  return std::nullopt;
}

/// The days as bits; a span may go over Sunday.
std::optional<std::uint8_t> parse_days(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = parse_day(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_day(text.substr(dash + 1));
  if (!first || !last) return std::nullopt;
  std::uint8_t days = 0;
  for (int day = *first;; day = (day + 1) % kDaysOfWeek) {
    days = static_cast<std::uint8_t>(days | 1U << static_cast<unsigned>(day));
    if (day == *last) return days;
  }
}

/// "08:00" in minutes; "24:00" is the end of the day.
std::optional<int> parse_minutes(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t at : {0U, 1U, 3U, 4U}) {
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
  }
  const auto two = [text](std::size_t at) { return (text[at] - '0') * 10 + text[at + 1] - '0'; };
  const int minutes = two(0) * 60 + two(3);
  if (two(3) > 59 || minutes > kMinutesOfDay) return std::nullopt;
  return minutes;
}

}  // namespace

Result<OfficeHours, std::string> OfficeHours::parse(std::string_view text) {
  OfficeHours hours;
  hours.days_ = (1U << kDaysOfWeek) - 1;
  std::string_view times = text;
  const std::size_t space = text.find(' ');
  bool good = true;
  if (space != std::string_view::npos) {
    const auto days = parse_days(text.substr(0, space));
    good = days.has_value();
    hours.days_ = days.value_or(0);
    times = text.substr(space + 1);
  }
  const std::size_t dash = times.find('-');
  const auto from = parse_minutes(times.substr(0, dash));
  const auto to =
      dash == std::string_view::npos ? std::nullopt : parse_minutes(times.substr(dash + 1));
  if (!good || !from || !to || *from == kMinutesOfDay) {
    return fail(std::string("write hours as \"Mo-Fr 08:00-18:00\" or \"08:00-18:00\""));
  }
  hours.from_ = *from;
  hours.to_ = *to;
  return hours;
}

bool OfficeHours::contains(WeekTime time) const {
  if (from_ < to_) return has_day(time.weekday) && time.minute >= from_ && time.minute < to_;
  const int day_before = (time.weekday + kDaysOfWeek - 1) % kDaysOfWeek;
  return (has_day(time.weekday) && time.minute >= from_) ||
         (has_day(day_before) && time.minute < to_);
}

}  // namespace turnpike::credentials::api
