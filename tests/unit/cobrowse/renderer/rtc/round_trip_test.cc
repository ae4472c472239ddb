#include "cobrowse/renderer/rtc/round_trip.h"

#include <gtest/gtest.h>

namespace turnpike::rtc {
namespace {

MonotonicTime at(std::int64_t ms) {
  return MonotonicTime(seconds(9) + milliseconds(ms));
}

TEST(RoundTrip, SentAndAnsweredLessWhatWasKept) {
  RoundTrip trip;
  EXPECT_FALSE(trip.is_known());
  EXPECT_EQ(trip.rtt(), milliseconds(100));
  trip.on_sender_report(77, at(0));
  trip.on_report({.last_sr = 77, .since_last_sr = 32768}, at(540));
  EXPECT_EQ(trip.rtt(), milliseconds(40));
  trip.on_report({.last_sr = 77, .since_last_sr = 0}, at(80));
  EXPECT_EQ(trip.rtt(), milliseconds(50)) << "a quarter of the way";
}

TEST(RoundTrip, WhatMakesNoSenseChangesNothing) {
  RoundTrip trip;
  trip.on_sender_report(77, at(0));
  trip.on_report({.last_sr = 0, .since_last_sr = 0}, at(50));
  trip.on_report({.last_sr = 78, .since_last_sr = 0}, at(50));
  trip.on_report({.last_sr = 77, .since_last_sr = 0xffffffff}, at(50));
  EXPECT_FALSE(trip.is_known());
  for (std::uint32_t i = 0; i < 16; ++i) trip.on_sender_report(100 + i, at(60));
  trip.on_report({.last_sr = 77, .since_last_sr = 0}, at(70));
  EXPECT_FALSE(trip.is_known()) << "too old";
  trip.on_report({.last_sr = 100, .since_last_sr = 0}, at(70));
  EXPECT_EQ(trip.rtt(), milliseconds(10));
}

}  // namespace
}  // namespace turnpike::rtc
