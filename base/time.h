// Time as values. Pure rooms never ask for the time: they are handed a Now, sampled once per turn.
// Lifetimes use the monotonic clock; only the expiry of credentials uses the wall clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace turnpike {

using Duration = std::chrono::nanoseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A tag clock: it cannot be asked for the time.
struct MonotonicClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
};

/// A tag clock: seconds since 1970-01-01 UTC, in nanosecond ticks.
struct WallClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<WallClock>;
  static constexpr bool is_steady = false;
};

using MonotonicTime = MonotonicClock::time_point;
using WallTime = WallClock::time_point;

inline constexpr MonotonicTime kNever = MonotonicTime::max();

/// Both clocks, read at the same moment.
struct Now {
  MonotonicTime monotonic;
  WallTime wall;
};

/// Whole seconds since the epoch, rounded down.
inline std::int64_t unix_seconds(WallTime t) {
  return std::chrono::floor<seconds>(t.time_since_epoch()).count();
}

}  // namespace turnpike
