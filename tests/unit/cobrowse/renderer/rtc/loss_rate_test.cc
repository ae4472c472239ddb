#include "cobrowse/renderer/rtc/loss_rate.h"

#include <gtest/gtest.h>

namespace turnpike::rtc {
namespace {

constexpr RateBounds kBounds{.min_bps = 100'000, .start_bps = 1'000'000, .max_bps = 4'000'000};

MonotonicTime at(std::int64_t ms) {
  return MonotonicTime(seconds(10) + milliseconds(ms));
}

TEST(LossRate, IsNoLimitAtFirst) {
  EXPECT_EQ(LossRate(kBounds).bps(), 4e6);
}

TEST(LossRate, MuchLossLowersWhatWasSent) {
  LossRate rate(kBounds);
  rate.on_fraction(0.2, 2e6, at(0));
  EXPECT_NEAR(rate.bps(), 1.8e6, 1);
  rate.on_fraction(1, 2e6, at(1000));
  EXPECT_NEAR(rate.bps(), 0.9e6, 1);
  for (int i = 0; i < 20; ++i) rate.on_fraction(1, 2e6, at(2000 + i));
  EXPECT_EQ(rate.bps(), 100e3);
}

TEST(LossRate, SomeHoldsAndLittleGrows) {
  LossRate rate(kBounds);
  rate.on_fraction(0.2, 2e6, at(0));
  rate.on_fraction(0.07, 2e6, at(1000));
  EXPECT_NEAR(rate.bps(), 1.8e6, 1);
  rate.on_fraction(0.02, 2e6, at(2000));
  EXPECT_NEAR(rate.bps(), 1.8e6 * 1.08, 1);
}

TEST(LossRate, AWindowIsLongAndFull) {
  LossRate rate(kBounds);
  rate.on_packets(100, 50, 2e6, at(0));
  EXPECT_EQ(rate.bps(), 4e6) << "not long enough";
  rate.on_packets(100, 50, 2e6, at(800));
  EXPECT_NEAR(rate.bps(), 1.5e6, 1);
  EXPECT_EQ(rate.fraction(), 0.5);
  rate.on_packets(1, 1, 2e6, at(2000));
  rate.on_packets(1, 1, 2e6, at(9000));
  EXPECT_EQ(rate.fraction(), 0.5) << "two packets are no statistics";
}

TEST(LossRate, WhatIsObviousDoesNotWaitForTheWindow) {
  LossRate rate(kBounds);
  EXPECT_TRUE(rate.on_packets(40, 30, 2e6, at(0)));
  EXPECT_NEAR(rate.bps(), 1.25e6, 1);
  EXPECT_EQ(rate.decreased(), at(0));
  EXPECT_FALSE(rate.on_packets(40, 30, 1.25e6, at(100))) << "once for one burst";
  EXPECT_NEAR(rate.bps(), 1.25e6, 1);
}

}  // namespace
}  // namespace turnpike::rtc
