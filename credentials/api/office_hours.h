// "Mo-Fr 08:00-18:00": when a key may be used, in the service's local time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace turnpike::credentials::api {

/// A moment of a week, on the clock on the wall.
struct WeekTime {
  int weekday = 0;  // 0 is Monday
  int minute = 0;   // of the day
};

class OfficeHours {
 public:
  /// Days as Mo, Tu, We, Th, Fr, Sa, Su, one or a span, or none for every day; then two times. A
  /// second time that is not later than the first one is that of the day after. The error is a
  /// sentence.
  static Result<OfficeHours, std::string> parse(std::string_view text);

  bool contains(WeekTime time) const;

 private:
  bool has_day(int weekday) const { return (days_ >> static_cast<unsigned>(weekday) & 1U) != 0; }

  std::uint8_t days_ = 0;  // a bit per weekday
  int from_ = 0;           // minutes
  int to_ = 0;             // not included; 1440 is midnight
};

}  // namespace turnpike::credentials::api
