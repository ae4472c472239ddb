#include "cobrowse/renderer/rtc/delay_detector.h"

#include <gtest/gtest.h>

namespace turnpike::rtc {
namespace {

class Detector : public testing::Test {
 protected:
  /// Packets every 10 ms, each `growth` later than the one before.
  void run(int packets, std::chrono::microseconds growth) {
    for (int i = 0; i < packets; ++i) {
      sent_ += milliseconds(10);
      arrival_ += milliseconds(10) + growth;
      if (detector_.on_packet(sent_, arrival_)) ++news_;
    }
  }
  DelayDetector detector_;
  MonotonicTime sent_{seconds(5)};
  ArrivalTime arrival_{seconds(900)};
  int news_ = 0;
};

TEST_F(Detector, AConstantDelayIsNormal) {
  run(200, {});
  EXPECT_EQ(detector_.use(), PathUse::kNormal);
  EXPECT_EQ(news_, 198) << "the first two groups tell nothing";
}

TEST_F(Detector, AGrowingQueueIsSeenWithinHalfASecond) {
  run(50, {});
  run(50, std::chrono::microseconds(2000));
  EXPECT_EQ(detector_.use(), PathUse::kOver);
}

TEST_F(Detector, AQueueThatEmpties) {
  run(50, {});
  run(50, std::chrono::microseconds(2000));
  run(60, std::chrono::microseconds(-2000));
  EXPECT_EQ(detector_.use(), PathUse::kUnder);
}

TEST_F(Detector, AClockThatDriftsIsNormal) {
  run(3000, std::chrono::microseconds(2));
  EXPECT_EQ(detector_.use(), PathUse::kNormal);
}

TEST_F(Detector, PacketsOfABurstAreOneGroup) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(detector_.on_packet(sent_ + milliseconds(i) / 5, arrival_ + milliseconds(i)));
  }
}

TEST_F(Detector, AJumpOfTheClockStartsAnew) {
  run(50, {});
  run(50, std::chrono::microseconds(2000));
  arrival_ += seconds(30);
  run(3, {});
  EXPECT_EQ(detector_.use(), PathUse::kNormal);
}

TEST_F(Detector, WhatIsOutOfOrderIsLeftOut) {
  run(50, {});
  EXPECT_FALSE(detector_.on_packet(sent_ - seconds(1), arrival_ + seconds(1)));
  run(50, {});
  EXPECT_EQ(detector_.use(), PathUse::kNormal);
}

}  // namespace
}  // namespace turnpike::rtc
