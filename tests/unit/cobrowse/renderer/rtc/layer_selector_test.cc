#include "cobrowse/renderer/rtc/layer_selector.h"

#include <gtest/gtest.h>

#include <string>

namespace turnpike::rtc {
namespace {

/// 40 frames a second of 2500 bytes, layers 0 2 1 2: 200, 400 and 800 kbit/s.
class Layers : public testing::Test {
 protected:
  std::string run(std::uint64_t target, Duration time) {
    std::string taken;
    for (const MonotonicTime end = now_ + time; now_ < end; now_ += milliseconds(25)) {
      static constexpr std::uint8_t kPattern[] = {0, 2, 1, 2};
      const EncodedFrame frame{.data = std::vector<std::uint8_t>(2500),
                               .temporal_id = kPattern[frames_ % 4],
                               .is_layer_sync = frames_ % 4 != 0 && is_sync_};
      ++frames_;
      selector_.on_encoded(frame, now_);
      selector_.update(target, now_);
      if (selector_.take(frame)) taken += static_cast<char>('0' + frame.temporal_id);
    }
    return taken;
  }
  LayerSelector selector_;
  MonotonicTime now_{seconds(70)};
  std::size_t frames_ = 0;
  bool is_sync_ = true;
};

TEST_F(Layers, AllWhereThereIsRoom) {
  EXPECT_EQ(run(2'000'000, milliseconds(200)), "02120212");
  run(2'000'000, seconds(3));
  EXPECT_NEAR(static_cast<double>(selector_.bps_up_to(0)), 200e3, 15e3);
  EXPECT_NEAR(static_cast<double>(selector_.bps_up_to(1)), 400e3, 30e3);
  EXPECT_NEAR(static_cast<double>(selector_.bps_up_to(2)), 800e3, 60e3);
}

TEST_F(Layers, FewerAtOnceWhereThereIsNot) {
  run(2'000'000, seconds(3));
  EXPECT_EQ(run(500'000, milliseconds(200)), "0101");
  EXPECT_EQ(run(100'000, milliseconds(200)), "00") << "the base layer always";
}

TEST_F(Layers, MoreOnlyAfterAWhileAndWithRoom) {
  run(2'000'000, seconds(3));
  run(500'000, seconds(1));
  EXPECT_EQ(run(850'000, seconds(5)).find('2'), std::string::npos) << "not enough room to try";
  EXPECT_EQ(run(1'200'000, milliseconds(1900)).find('2'), std::string::npos);
  EXPECT_NE(run(1'200'000, milliseconds(400)).find('2'), std::string::npos);
}

TEST_F(Layers, ALayerComesBackOnlyWhereItCan) {
  run(2'000'000, seconds(3));
  run(500'000, seconds(1));
  is_sync_ = false;
  EXPECT_EQ(run(2'000'000, seconds(4)).find('2'), std::string::npos);
  EXPECT_TRUE(selector_.take({.is_key = true}));
  EXPECT_EQ(run(2'000'000, milliseconds(100)), "0212") << "a key frame starts all";
}

TEST_F(Layers, OneLayerAtATime) {
  run(2'000'000, seconds(3));
  selector_.on_dropped(1);
  EXPECT_EQ(selector_.active(), 0);
  EXPECT_EQ(run(2'000'000, milliseconds(200)),
            "012"
            "0212")
      << "the first 2 comes before the layer that it may need";
  selector_.on_dropped(2);
  EXPECT_EQ(selector_.active(), 1);
  selector_.on_dropped(0);
  EXPECT_EQ(selector_.active(), 1) << "the base layer is the business of key frames";
}

TEST_F(Layers, KeyFramesAreNotCounted) {
  selector_.on_encoded({.data = std::vector<std::uint8_t>(100'000), .is_key = true}, now_);
  EXPECT_EQ(selector_.bps_up_to(2), 0U);
}

}  // namespace
}  // namespace turnpike::rtc
