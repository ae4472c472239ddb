#include "cobrowse/renderer/capture/test_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recording_sink.h"

namespace turnpike::capture {
namespace {

TEST(TestFrame, TheNumberCanBeReadBack) {
  media::Picture picture(512, 192);
  constexpr std::uint16_t kNumbers[] = {0, 1, 2, 0x8000, 0x1234, 0xffff};
  for (const std::uint16_t number : kNumbers) {
    draw_test_frame(picture, number, true);
    EXPECT_EQ(read_test_frame(picture), number);
  }
}

TEST(TestFrame, TheHighestBitIsLeft) {
  media::Picture picture(512, 192);
  draw_test_frame(picture, 0x8001, true);
  EXPECT_EQ(*picture.luma(16, 16), 235);
  EXPECT_EQ(*picture.luma(48, 16), 16);
  EXPECT_EQ(*picture.luma(15 * 32 + 16, 16), 235);
}

TEST(TestFrame, AStepDrawsWhatTheWholeWouldBe) {
  media::Picture stepped(512, 192);
  draw_test_frame(stepped, 65'530, true);
  for (int n = 65'531; n < 65'545; ++n) {
    const auto number = static_cast<std::uint16_t>(n);
    const media::Box changed = draw_test_frame(stepped, number, false);
    EXPECT_LT(changed.height, 192);
    media::Picture whole(512, 192);
    draw_test_frame(whole, number, true);
    for (int y = 0; y < 192; ++y) {
      for (int x = 0; x < 512; ++x) {
        ASSERT_EQ(*stepped.luma(x, y), *whole.luma(x, y)) << number << ": " << x << "," << y;
      }
    }
  }
}

TEST(TestSource, RefusesSmallPictures) {
  TestSource source(0);
  RecordingSink sink;
  EXPECT_FALSE(source.start({.width = 510, .height = 192}, sink));
  EXPECT_FALSE(source.start({.width = 513, .height = 192}, sink));
  EXPECT_EQ(source.start({.width = 640, .height = 100}, sink).error(),
            "a test picture of 640x100: use even numbers, 512x192 or more");
}

TEST(TestSource, StepsWhenToldTo) {
  TestSource source(0);
  RecordingSink sink;
  ASSERT_TRUE(source.start({.width = 640, .height = 360}, sink));
  ASSERT_TRUE(sink.wait_for_pictures(1));
  EXPECT_EQ(read_test_frame(sink.picture()), 0);
  EXPECT_EQ(sink.boxes()[0], sink.picture().whole());
  source.step();
  source.step();
  ASSERT_TRUE(sink.wait_for_pictures(3));
  EXPECT_EQ(read_test_frame(sink.picture()), 2);
  EXPECT_FALSE(sink.wait_for_pictures(4, milliseconds(50)));
  source.request_refresh();
  ASSERT_TRUE(sink.wait_for_pictures(4));
  EXPECT_EQ(read_test_frame(sink.picture()), 2);
  EXPECT_EQ(sink.boxes()[3], sink.picture().whole());
}

TEST(TestSource, KeepsAFrameRate) {
  TestSource source(100);
  RecordingSink sink;
  ASSERT_TRUE(source.start({.width = 512, .height = 192}, sink));
  ASSERT_TRUE(sink.wait_for_pictures(11));
  source.stop();
  const std::size_t count = sink.count();
  EXPECT_EQ(read_test_frame(sink.picture()), count - 1);
  const auto times = sink.times();
  EXPECT_GE(times[10] - times[0], milliseconds(90));
  EXPECT_FALSE(sink.wait_for_pictures(count + 1, milliseconds(30)));
}

TEST(TestSource, StartsAnewWithAnotherSize) {
  TestSource source(0);
  RecordingSink first;
  ASSERT_TRUE(source.start({.width = 512, .height = 192}, first));
  ASSERT_TRUE(first.wait_for_pictures(1));
  RecordingSink second;
  ASSERT_TRUE(source.start({.width = 800, .height = 600}, second));
  ASSERT_TRUE(second.wait_for_pictures(1));
  EXPECT_EQ(second.picture().width(), 800);
  EXPECT_EQ(source.size(), (FrameSize{.width = 800, .height = 600}));
  EXPECT_EQ(first.count(), 1u);
}

}  // namespace
}  // namespace turnpike::capture
