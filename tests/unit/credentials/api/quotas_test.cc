#include "credentials/api/quotas.h"

#include <gtest/gtest.h>

namespace turnpike::credentials::api {
namespace {

constexpr std::int64_t kMidnight = 1767139200;

Now at(std::int64_t s) {
  return {MonotonicTime(seconds(1000 + s)), WallTime(seconds(kMidnight + s))};
}

TEST(Quotas, NoneWithoutAPolicy) {
  Quotas quotas;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(quotas.take("a", {}, at(0)), 0U);
}

TEST(Quotas, PerMinute) {
  Quotas quotas;
  const CallerPolicy policy{.per_minute = 2};
  EXPECT_EQ(quotas.take("a", policy, at(0)), 0U);
  EXPECT_EQ(quotas.take("a", policy, at(0)), 0U);
  EXPECT_EQ(quotas.take("a", policy, at(0)), 30U);
  EXPECT_EQ(quotas.take("b", policy, at(0)), 0U);
  EXPECT_EQ(quotas.take("a", policy, at(30)), 0U);
}

TEST(Quotas, PerDayUntilMidnight) {
  Quotas quotas;
  const CallerPolicy policy{.per_day = 2};
  EXPECT_EQ(quotas.take("a", policy, at(10)), 0U);
  EXPECT_EQ(quotas.take("a", policy, at(20)), 0U);
  EXPECT_EQ(quotas.take("a", policy, at(86390)), 10U);
  EXPECT_EQ(quotas.take("b", policy, at(86390)), 0U);
  EXPECT_EQ(quotas.take("a", policy, at(86400)), 0U);
}

TEST(Quotas, WhatTheMinuteRefusedIsNotOfTheDay) {
  Quotas quotas;
  const CallerPolicy policy{.per_minute = 1, .per_day = 2};
  EXPECT_EQ(quotas.take("a", policy, at(0)), 0U);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(quotas.take("a", policy, at(0)), 60U);
  EXPECT_EQ(quotas.take("a", policy, at(60)), 0U);
  EXPECT_GT(quotas.take("a", policy, at(120)), 80000U);
}

}  // namespace
}  // namespace turnpike::credentials::api
