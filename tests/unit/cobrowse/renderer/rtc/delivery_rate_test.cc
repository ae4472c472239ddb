#include "cobrowse/renderer/rtc/delivery_rate.h"

#include <gtest/gtest.h>

namespace turnpike::rtc {
namespace {

TEST(DeliveryRate, NothingIsKnownAtFirst) {
  DeliveryRate rate;
  EXPECT_FALSE(rate.bps());
  rate.on_packet(ArrivalTime(0), 1000);
  rate.on_packet(milliseconds(149), 1000);
  EXPECT_FALSE(rate.bps());
}

TEST(DeliveryRate, ASteadyFlow) {
  DeliveryRate rate;
  for (int i = 0; i < 200; ++i) rate.on_packet(milliseconds(i * 10), 1250);
  ASSERT_TRUE(rate.bps());
  EXPECT_NEAR(*rate.bps(), 1e6, 0.07e6);
}

TEST(DeliveryRate, ABurstCountsAndIsForgotten) {
  DeliveryRate rate;
  rate.on_packet(ArrivalTime(0), 100);
  for (int i = 0; i < 15; ++i) rate.on_packet(milliseconds(1000 + i * 10), 12'500);
  EXPECT_NEAR(*rate.bps(), 10e6, 0.1e6);
  rate.on_packet(milliseconds(2000), 100);
  EXPECT_LT(*rate.bps(), 10'000);
}

TEST(DeliveryRate, ArrivalsOutOfOrderDoNoHarm) {
  DeliveryRate rate;
  rate.on_packet(milliseconds(1000), 1000);
  rate.on_packet(ArrivalTime(-9'000'000'000), 1000);
  rate.on_packet(milliseconds(1200), 1000);
  EXPECT_NEAR(*rate.bps(), 1000 * 8 / 0.15, 1);
}

}  // namespace
}  // namespace turnpike::rtc
