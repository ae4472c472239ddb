#include "http/core/rate_limiter.h"

#include <gtest/gtest.h>

namespace turnpike::http {
namespace {

MonotonicTime at(std::int64_t s) {
  return MonotonicTime(seconds(1000 + s));
}

TEST(RateLimiter, ABurstThenOnePerInterval) {
  RateLimiter limiter({.per_minute = 6, .burst = 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a", at(0)), 0U);
  EXPECT_EQ(limiter.take("a", at(0)), 10U);
  EXPECT_EQ(limiter.take("a", at(4)), 6U);
  EXPECT_EQ(limiter.take("a", at(10)), 0U);
  EXPECT_EQ(limiter.take("a", at(10)), 10U);
}

TEST(RateLimiter, ASlowRateDoesNotForgetAfterAMinute) {
  RateLimiter limiter({.per_minute = 1, .burst = 5});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter.take("pin", at(0)), 0U);
  EXPECT_EQ(limiter.take("pin", at(61)), 0U);
  EXPECT_GT(limiter.take("pin", at(61)), 0U);
}

TEST(RateLimiter, KeysAreApart) {
  RateLimiter limiter({.per_minute = 1, .burst = 1});
  EXPECT_EQ(limiter.take("a", at(0)), 0U);
  EXPECT_EQ(limiter.take("b", at(0)), 0U);
  EXPECT_EQ(limiter.take("a", at(0)), 60U);
}

TEST(RateLimiter, TheTableIsBoundedAndTheOldestMakesRoom) {
  RateLimiter limiter({.per_minute = 1, .burst = 1, .max_keys = 2});
  limiter.take("a", at(0));
  limiter.take("b", at(0));
  EXPECT_GT(limiter.take("a", at(1)), 0U);  // used last now
  limiter.take("c", at(1));
  EXPECT_EQ(limiter.size(), 2U);
  EXPECT_GT(limiter.take("a", at(2)), 0U);
  EXPECT_EQ(limiter.take("b", at(2)), 0U);  // forgotten
}

TEST(RateLimiter, NoLimitTakesNoMemory) {
  RateLimiter limiter({.per_minute = 0});
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limiter.take(std::to_string(i), at(0)), 0U);
  EXPECT_EQ(limiter.size(), 0U);
}

}  // namespace
}  // namespace turnpike::http
