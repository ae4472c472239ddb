// Clocks are tags: their times do not mix. Wall time is turned into whole seconds towards the past.
#include "base/time.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace turnpike {
namespace {

static_assert(!std::is_convertible_v<WallTime, MonotonicTime>);
static_assert(!std::is_constructible_v<MonotonicTime, WallTime>);

TEST(UnixSeconds, RoundsDown) {
  using std::chrono::nanoseconds;
  EXPECT_EQ(unix_seconds(WallTime{}), 0);
  EXPECT_EQ(unix_seconds(WallTime{seconds(1767225600)}), 1767225600);
  EXPECT_EQ(unix_seconds(WallTime{seconds(5) + nanoseconds(999'999'999)}), 5);
  EXPECT_EQ(unix_seconds(WallTime{nanoseconds(-1)}), -1);
  EXPECT_EQ(unix_seconds(WallTime{seconds(-1)}), -1);
}

TEST(MonotonicTime, NeverIsLaterThanAnyTime) {
  EXPECT_GT(kNever, MonotonicTime{std::chrono::hours(24 * 365 * 100)});
}

}  // namespace
}  // namespace turnpike
