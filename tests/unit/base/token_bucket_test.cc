// Exactly the rate, whatever the pattern of calls: nothing lost to rounding and nothing won by
// asking often.
#include "base/token_bucket.h"

#include <gtest/gtest.h>

namespace turnpike {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

MonotonicTime at(Duration since_start) {
  return MonotonicTime{std::chrono::hours(1) + since_start};
}

/// As many single units as the bucket gives at this moment.
std::uint64_t drain(TokenBucket& bucket, MonotonicTime now) {
  std::uint64_t taken = 0;
  while (bucket.take(now, 1)) ++taken;
  return taken;
}

TEST(TokenBucket, StartsFull) {
  TokenBucket bucket(10, 5);
  EXPECT_EQ(drain(bucket, at({})), 5U);
  EXPECT_FALSE(bucket.take(at({}), 1));
}

TEST(TokenBucket, TakesAllOrNothing) {
  TokenBucket bucket(10, 5);
  EXPECT_FALSE(bucket.take(at({}), 6));
  EXPECT_TRUE(bucket.take(at({}), 5));
  EXPECT_TRUE(bucket.take(at({}), 0));
}

TEST(TokenBucket, RateZeroIsNoLimit) {
  TokenBucket none;
  EXPECT_TRUE(none.unlimited());
  EXPECT_TRUE(none.take(at({}), UINT64_MAX));
  TokenBucket zero(0, 5);
  EXPECT_TRUE(zero.take(at({}), 1000));
}

TEST(TokenBucket, RefillsUpToTheBurst) {
  TokenBucket bucket(10, 5);
  drain(bucket, at({}));
  EXPECT_EQ(drain(bucket, at(milliseconds(100))), 1U);
  EXPECT_EQ(drain(bucket, at(milliseconds(400))), 3U);
  EXPECT_EQ(drain(bucket, at(seconds(100))), 5U);
}

TEST(TokenBucket, FullAgainAfterALongPauseEvenWhenTheRateIsSlow) {
  TokenBucket bucket(1, 1000);
  drain(bucket, at({}));
  EXPECT_EQ(drain(bucket, at(seconds(59))), 59U);
  EXPECT_EQ(drain(bucket, at(seconds(59 + 60))), 1000U);
}

TEST(TokenBucket, TimeThatStandsStillGivesNothing) {
  TokenBucket bucket(1'500'000, 1000);
  drain(bucket, at({}));
  EXPECT_EQ(drain(bucket, at(microseconds(1))), 1U);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(bucket.take(at(microseconds(1)), 1));
}

TEST(TokenBucket, TimeThatGoesBackGivesNothing) {
  TokenBucket bucket(10, 5);
  drain(bucket, at(seconds(10)));
  EXPECT_EQ(drain(bucket, at(seconds(9))), 0U);
  EXPECT_EQ(drain(bucket, at(seconds(10) + milliseconds(100))), 1U);
}

TEST(TokenBucket, OftenOrSeldomTheSameRate) {
  for (const std::uint64_t rate : {1U, 3U, 7U, 999'999U, 1'500'000U, 3'000'001U}) {
    for (const Duration step : {Duration(nanoseconds(700)), Duration(microseconds(1)),
                                Duration(microseconds(7)), Duration(milliseconds(3))}) {
      TokenBucket bucket(rate, 1'000'000);
      MonotonicTime now = at({});
      bucket.take(now, 1'000'000);
      std::uint64_t taken = 0;
      for (int i = 0; i < 20'000; ++i) {
        now += step;
        if (step < milliseconds(1)) {
          taken += bucket.take(now, 1) ? 1 : 0;
        } else {
          while (bucket.take(now, rate / 1000 + 1)) taken += rate / 1000 + 1;
        }
      }
      const auto elapsed_us = static_cast<std::uint64_t>((now - at({})) / microseconds(1));
      EXPECT_LE(taken, elapsed_us * rate / 1'000'000) << rate << " every " << step.count() << " ns";
      while (bucket.take(now, 1)) ++taken;  // what is left in the bucket is earned too
      EXPECT_EQ(taken, elapsed_us * rate / 1'000'000) << rate << " every " << step.count() << " ns";
    }
  }
}

TEST(TokenBucket, LargestRateDoesNotOverflow) {
  constexpr std::uint64_t kRate = 100'000'000'000;
  TokenBucket bucket(kRate, kRate);
  EXPECT_TRUE(bucket.take(at({}), kRate));
  EXPECT_TRUE(bucket.take(at(seconds(59)), kRate));
  EXPECT_FALSE(bucket.take(at(seconds(59)), 1));
  EXPECT_TRUE(bucket.take(at(seconds(600)), kRate));
}

}  // namespace
}  // namespace turnpike
