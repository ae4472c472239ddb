#include "cobrowse/session/session_timers.h"

#include <gtest/gtest.h>

namespace turnpike::cobrowse {
namespace {

MonotonicTime at(std::int64_t s) {
  return MonotonicTime(seconds(1000 + s));
}

const TimerSettings kSettings{.offline = seconds(60),
                              .inactive = seconds(600),
                              .absolute = seconds(7200),
                              .warning = seconds(60)};

TEST(SessionTimers, ASessionThatNobodyJoinsIsOver) {
  SessionTimers timers(kSettings, at(0));
  EXPECT_EQ(timers.next_deadline(), at(60));
  EXPECT_FALSE(timers.check(at(59)).ended);
  EXPECT_EQ(timers.check(at(60)).ended, EndReason::kOffline);
}

TEST(SessionTimers, WhoComesBackInTimeGoesOn) {
  SessionTimers timers(kSettings, at(0));
  timers.on_presence(2, at(10));
  EXPECT_EQ(timers.end_of(EndReason::kOffline), kNever);
  timers.on_presence(0, at(100));
  timers.on_presence(0, at(130));
  EXPECT_EQ(timers.next_deadline(), at(160));
  timers.on_presence(1, at(150));
  EXPECT_FALSE(timers.check(at(200)).ended);
}

TEST(SessionTimers, InactivityIsWarnedOfAndInputRelieves) {
  SessionTimers timers(kSettings, at(0));
  timers.on_presence(1, at(0));
  EXPECT_EQ(timers.next_deadline(), at(540));
  EXPECT_EQ(timers.check(at(540)).warned, EndReason::kInactive);
  EXPECT_FALSE(timers.check(at(541)).warned) << "told once";
  EXPECT_EQ(timers.next_deadline(), at(600));
  timers.on_input(at(550));
  EXPECT_TRUE(timers.check(at(550)).relieved);
  EXPECT_FALSE(timers.check(at(551)).relieved);
  EXPECT_EQ(timers.check(at(1150)).ended, EndReason::kInactive);
}

TEST(SessionTimers, TheLongestTimeIsTheLongest) {
  SessionTimers timers(kSettings, at(0));
  timers.on_presence(1, at(0));
  for (std::int64_t s = 0; s < 7200; s += 100) timers.on_input(at(s));
  EXPECT_EQ(timers.next_deadline(), at(7140));
  EXPECT_EQ(timers.check(at(7140)).warned, EndReason::kAbsolute);
  timers.on_input(at(7150));
  EXPECT_FALSE(timers.check(at(7150)).relieved) << "input does not help here";
  EXPECT_EQ(timers.check(at(7200)).ended, EndReason::kAbsolute);
}

TEST(SessionTimers, ZeroIsNever) {
  SessionTimers timers({.offline = seconds(0), .inactive = seconds(0), .absolute = seconds(0)},
                       at(0));
  EXPECT_EQ(timers.next_deadline(), kNever);
  EXPECT_FALSE(timers.check(at(1'000'000)).ended);
  EXPECT_FALSE(timers.check(at(1'000'000)).warned);
  EXPECT_EQ(end_reason_word(EndReason::kOffline), "offline");
  EXPECT_EQ(end_reason_word(EndReason::kAbsolute), "absolute");
}

}  // namespace
}  // namespace turnpike::cobrowse
