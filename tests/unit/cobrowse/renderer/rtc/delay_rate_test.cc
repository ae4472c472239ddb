#include "cobrowse/renderer/rtc/delay_rate.h"

#include <gtest/gtest.h>

namespace turnpike::rtc {
namespace {

constexpr RateBounds kBounds{.min_bps = 100'000, .start_bps = 1'000'000, .max_bps = 4'000'000};

class Rate : public testing::Test {
 protected:
  void run(PathUse use, double delivered, Duration time) {
    const MonotonicTime end = now_ + time;
    for (; now_ < end; now_ += milliseconds(50)) {
      rate_.update({.use = use, .delivered_bps = delivered, .rtt = milliseconds(50)}, now_);
    }
  }
  DelayRate rate_{kBounds};
  MonotonicTime now_{seconds(10)};
};

TEST_F(Rate, DoublesEachSecondAtFirst) {
  run(PathUse::kNormal, 10e6, seconds(1));
  EXPECT_NEAR(rate_.bps(), 2e6, 0.1e6);
  run(PathUse::kNormal, 10e6, seconds(5));
  EXPECT_EQ(rate_.bps(), 4e6);
}

TEST_F(Rate, WhatIsNotUsedDoesNotGrow) {
  run(PathUse::kNormal, 100e3, seconds(5));
  EXPECT_EQ(rate_.bps(), 1e6);
}

TEST_F(Rate, OneDecreasePerRoundTrip) {
  rate_.update({.use = PathUse::kOver, .delivered_bps = 1e6, .rtt = milliseconds(50)}, now_);
  EXPECT_NEAR(rate_.bps(), 850e3, 1);
  now_ += milliseconds(50);
  rate_.update({.use = PathUse::kOver, .delivered_bps = 1e6, .rtt = milliseconds(50)}, now_);
  EXPECT_NEAR(rate_.bps(), 850e3, 1);
  now_ += milliseconds(50);
  rate_.update({.use = PathUse::kOver, .delivered_bps = 1e6, .rtt = milliseconds(50)}, now_);
  EXPECT_NEAR(rate_.bps(), 0.95 * 850e3, 1) << "never upwards";
}

TEST_F(Rate, WhereLittleWasSentWhatArrivesSaysLittle) {
  for (int i = 0; i < 16; ++i) {
    rate_.update({.use = PathUse::kOver, .delivered_bps = 50e3, .is_idle = true}, now_);
    now_ += milliseconds(50);
  }
  EXPECT_NEAR(rate_.bps(), 1e6 * 0.85 * 0.85, 1) << "twice in 800 ms";
}

TEST_F(Rate, CarefulNearTheKnownCapacity) {
  run(PathUse::kOver, 1e6, milliseconds(50));
  const double low = rate_.bps();
  run(PathUse::kNormal, 1e6, seconds(1));
  EXPECT_GT(rate_.bps(), low);
  EXPECT_LT(rate_.bps(), low * 1.1) << "no doubling any more";
}

TEST_F(Rate, HoldsWhileTheQueueEmpties) {
  run(PathUse::kUnder, 5e6, seconds(3));
  EXPECT_EQ(rate_.bps(), 1e6);
}

TEST_F(Rate, StaysWithinItsBounds) {
  run(PathUse::kOver, 1e3, seconds(9));
  EXPECT_EQ(rate_.bps(), 100e3);
  rate_.grow(1e9);
  EXPECT_EQ(rate_.bps(), 4e6);
  rate_.limit(2e6);
  EXPECT_EQ(rate_.bps(), 2e6);
  rate_.limit(3e6);
  EXPECT_EQ(rate_.bps(), 2e6);
}

TEST_F(Rate, WithoutKnowingWhatArrives) {
  rate_.update({.use = PathUse::kOver, .rtt = milliseconds(50)}, now_);
  EXPECT_NEAR(rate_.bps(), 850e3, 1);
}

TEST(DelayRate, FallsToWhatArrived) {
  DelayRate rate({.min_bps = 50'000, .start_bps = 1'000'000, .max_bps = 4'000'000});
  rate.fall_to(200'000);
  EXPECT_NEAR(rate.bps(), 170'000, 1);
  rate.fall_to(10);
  EXPECT_EQ(rate.bps(), 50'000);
}

}  // namespace
}  // namespace turnpike::rtc
