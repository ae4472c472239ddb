#include "http/core/attempt_guard.h"

#include <gtest/gtest.h>

namespace turnpike::http {
namespace {

MonotonicTime at(std::int64_t s) {
  return MonotonicTime(seconds(5000 + s));
}

TEST(AttemptGuard, EachWrongAttemptCostsTwiceTheWait) {
  AttemptGuard guard({.free = 2, .max_wait = seconds(8)});
  std::int64_t now = 0;
  for (int i = 0; i < 2; ++i) guard.failed("a", at(now));
  EXPECT_EQ(guard.wait("a", at(now)), 0U);
  for (const std::uint64_t wait : {1U, 2U, 4U, 8U, 8U}) {
    guard.failed("a", at(now));
    EXPECT_EQ(guard.wait("a", at(now)), wait);
    now += static_cast<std::int64_t>(wait) - 1;
    EXPECT_EQ(guard.wait("a", at(now)), 1U);
    ++now;
    EXPECT_EQ(guard.wait("a", at(now)), 0U);
  }
  EXPECT_EQ(guard.wait("b", at(0)), 0U);
}

TEST(AttemptGuard, AfterAPauseItStartsAgain) {
  AttemptGuard guard({.free = 1, .forget = seconds(60)});
  guard.failed("a", at(0));
  guard.failed("a", at(0));
  EXPECT_EQ(guard.wait("a", at(0)), 1U);
  guard.failed("a", at(61));
  EXPECT_EQ(guard.wait("a", at(61)), 0U);
}

TEST(AttemptGuard, TheTableIsBoundedAndTheOldestMakesRoom) {
  AttemptGuard guard({.free = 0, .max_suspects = 2});
  guard.failed("a", at(0));
  guard.failed("b", at(0));
  guard.failed("a", at(0));
  guard.failed("c", at(0));
  EXPECT_EQ(guard.size(), 2U);
  EXPECT_EQ(guard.wait("b", at(0)), 0U);
  EXPECT_GT(guard.wait("a", at(0)), 0U);
  EXPECT_GT(guard.wait("c", at(0)), 0U);
}

TEST(AttemptGuard, ALongSeriesStaysAtTheLongestWait) {
  AttemptGuard guard(AttemptLimits{});
  for (int i = 0; i < 1000; ++i) guard.failed("a", at(0));
  EXPECT_EQ(guard.wait("a", at(0)), 64U);
}

TEST(SuspectOf, AHostHasAWholePrefixOfIpv6) {
  EXPECT_EQ(suspect_of(*IpAddress::parse("192.0.2.1")), "192.0.2.1");
  EXPECT_NE(suspect_of(*IpAddress::parse("192.0.2.1")), suspect_of(*IpAddress::parse("192.0.2.2")));
  EXPECT_EQ(suspect_of(*IpAddress::parse("2001:db8::1")),
            suspect_of(*IpAddress::parse("2001:db8::ffff:2")));
  EXPECT_NE(suspect_of(*IpAddress::parse("2001:db8::1")),
            suspect_of(*IpAddress::parse("2001:db8:0:1::1")));
}

}  // namespace
}  // namespace turnpike::http
