// User names that carry the time they expire at ("TURN REST API" mode): finds the time and the
// user. Checks neither against a clock nor against a secret.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace turnpike::credentials {

/// A time-limited user name, taken apart as Coturn does. Only the first separator splits:
///
///   username        | expiry_s | user         |
///   "expiry:user"   | expiry   | "user"       | everything behind the first separator
///   "user:expiry"   | expiry   | "user"       | when the first part is not a number; a second
///   separator ends the time "expiry:"       | expiry   | ""           | "expiry"        | expiry
///   | "expiry"     | nobody is named, so the time's text stands for the user
///   ":expiry"       | expiry   | "expiry"     |
struct TimedName {
  std::int64_t expiry_s = 0;  // seconds since the epoch; a number that does not fit is the greatest
  std::string_view user;      // whom user-quota counts; may be empty; points into the username
};

/// Nothing when there is no time where a time belongs. The time is digits only: no sign, no space.
std::optional<TimedName> parse_timed_name(std::string_view username, char separator);

/// Times from this on (the year 5138) are milliseconds that somebody took for seconds, a mistake
/// that JavaScript's Date.now() invites.
inline constexpr std::int64_t kFirstMillisecondTimestamp = 100'000'000'000;

}  // namespace turnpike::credentials
