#include "relay/server/ops/log_timestamp.h"

#include <gtest/gtest.h>

#include "tests/unit/relay/server/ops/local_times.h"

namespace turnpike::server {
namespace {

std::string stamp(std::string_view format, LogTime time) {
  LogTimestamp timestamp(format);
  std::string out;
  timestamp.append(out, time);
  return out;
}

TEST(LogTimestamp, HasCoturnsDefaultShape) {
  const TimeZone utc("UTC");
  EXPECT_EQ(stamp(kIsoTimestamp, sample_time()), "2026-11-20T17:54:59.626+0000");
}

TEST(LogTimestamp, IsInLocalTime) {
  const TimeZone east("XXX-02:00");
  EXPECT_EQ(stamp(kIsoTimestamp, sample_time()), "2026-11-20T19:54:59.626+0200");
}

TEST(LogTimestamp, TakesMillisecondsAnywhereAndPercentSigns) {
  const TimeZone utc("UTC");
  EXPECT_EQ(stamp("%f|%H%%f|%f", sample_time()), "626|17%f|626");
  EXPECT_EQ(stamp("no fields", sample_time()), "no fields");
  EXPECT_EQ(stamp("%H%", sample_time()).substr(0, 2), "17");
}

TEST(LogTimestamp, PadsMillisecondsAndFollowsTheSeconds) {
  const TimeZone utc("UTC");
  LogTimestamp timestamp("%S.%f ");
  std::string out;
  for (const int ms : {0, 7, 999, 1000, 61000}) {
    timestamp.append(out, LogTime(std::chrono::milliseconds(ms)));
  }
  timestamp.append(out, LogTime(std::chrono::milliseconds(1)));  // the clock was set back
  EXPECT_EQ(out, "00.000 00.007 00.999 01.000 01.000 00.001 ");
}

}  // namespace
}  // namespace turnpike::server
