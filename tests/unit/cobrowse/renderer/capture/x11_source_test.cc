#include "cobrowse/renderer/capture/x11_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <numeric>

#include "recording_sink.h"
#include "test_screen.h"

namespace turnpike::capture {
namespace {

class X11SourceTest : public ScreenTest {
 protected:
  static constexpr FrameSize kSize{.width = kWidth, .height = kHeight};

  void SetUp() override {
    ScreenTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    painter_->fill({.x = 0, .y = 0, .width = kWidth, .height = kHeight}, 0x000000);
    painter_->sync();
    source_.emplace(X11Settings{.place = xvfb_->place()});
    const auto started = source_->start(kSize, sink_);
    ASSERT_TRUE(started) << started.error();
    ASSERT_TRUE(sink_.wait_for_pictures(1));
  }

  RecordingSink sink_;  // outlives the source
  std::optional<X11Source> source_;
};

TEST_F(X11SourceTest, TheFirstPictureIsWhole) {
  EXPECT_EQ(sink_.boxes()[0], sink_.picture().whole());
  EXPECT_EQ(*sink_.picture().luma(kWidth - 1, kHeight - 1), kBlackLuma);
}

TEST_F(X11SourceTest, DeliversWhatWasDrawn) {
  painter_->fill({.x = 101, .y = 50, .width = 20, .height = 11}, 0xffffff);
  ASSERT_TRUE(sink_.wait_for_luma(101, 50, kWhiteLuma));
  const media::Picture picture = sink_.picture();
  EXPECT_EQ(*picture.luma(120, 60), kWhiteLuma);
  EXPECT_EQ(*picture.luma(100, 50), kBlackLuma);
  EXPECT_EQ(*picture.luma(101, 61), kBlackLuma);
  EXPECT_EQ(sink_.boxes().back(), (media::Box{.x = 100, .y = 50, .width = 22, .height = 12}));
}

TEST_F(X11SourceTest, AScreenThatRestsDeliversNothing) {
  EXPECT_FALSE(sink_.wait_for_pictures(2, milliseconds(300)));
}

TEST_F(X11SourceTest, ManyThingsAreOnePicture) {
  for (int n = 0; n < 20; ++n) {
    painter_->fill({.x = 10 * n, .y = 5 * n, .width = 4, .height = 4}, 0xffffff);
  }
  ASSERT_TRUE(sink_.wait_for_luma(190, 95, kWhiteLuma));
  EXPECT_LE(sink_.count(), 4u);
  const auto boxes = sink_.boxes();
  const media::Box all =
      std::accumulate(boxes.begin() + 1, boxes.end(), media::Box{}, media::bounding);
  EXPECT_EQ(all, (media::Box{.x = 0, .y = 0, .width = 194, .height = 100}));
}

TEST_F(X11SourceTest, KeepsTheFrameRate) {
  const MonotonicTime end = sink_.times()[0] + milliseconds(500);
  std::uint32_t colour = 0;
  while (sink_.times().back() < end) {
    painter_->fill({.x = 0, .y = 0, .width = 50, .height = 50}, colour += 0x050505);
    ::usleep(2'000);
  }
  const auto times = sink_.times();
  for (std::size_t n = 1; n < times.size(); ++n) {
    EXPECT_GE(times[n] - times[n - 1], Duration(seconds(1)) / 30) << n;
  }
}

TEST_F(X11SourceTest, ARefreshIsWhole) {
  source_->request_refresh();
  ASSERT_TRUE(sink_.wait_for_pictures(2));
  EXPECT_EQ(sink_.boxes()[1], sink_.picture().whole());
}

TEST_F(X11SourceTest, ShowsAPopupThatMovesAndGoes) {
  const auto window =
      painter_->open_window({.x = 10, .y = 10, .width = 40, .height = 30}, 0xffffff, true);
  ASSERT_TRUE(sink_.wait_for_luma(49, 39, kWhiteLuma));
  painter_->move_window(window, 200, 100);
  ASSERT_TRUE(sink_.wait_for_luma(239, 129, kWhiteLuma));
  ASSERT_TRUE(sink_.wait_for_luma(49, 39, kBlackLuma));  // the root window shows again
  painter_->unmap_window(window);
  ASSERT_TRUE(sink_.wait_for_luma(239, 129, kBlackLuma));
}

TEST_F(X11SourceTest, APictureMayBeSmallerThanTheScreen) {
  RecordingSink small;
  ASSERT_TRUE(source_->start({.width = 100, .height = 80}, small));
  ASSERT_TRUE(small.wait_for_pictures(1));
  painter_->fill({.x = 150, .y = 0, .width = 10, .height = 10}, 0xffffff);  // outside
  EXPECT_FALSE(small.wait_for_pictures(2, milliseconds(150)));
  painter_->fill({.x = 90, .y = 70, .width = 100, .height = 100}, 0xffffff);
  ASSERT_TRUE(small.wait_for_pictures(2));
  EXPECT_EQ(small.boxes()[1], (media::Box{.x = 90, .y = 70, .width = 10, .height = 10}));
}

TEST_F(X11SourceTest, StopsAndStartsAgain) {
  source_->stop();
  source_->stop();
  const std::size_t count = sink_.count();
  painter_->fill({.x = 0, .y = 0, .width = 10, .height = 10}, 0xffffff);
  EXPECT_FALSE(sink_.wait_for_pictures(count + 1, milliseconds(100)));
  ASSERT_TRUE(source_->start(kSize, sink_));
  ASSERT_TRUE(sink_.wait_for_luma(5, 5, kWhiteLuma));
}

TEST_F(X11SourceTest, SaysOnceThatTheServerDied) {
  ::kill(xvfb_->pid(), SIGKILL);
  ASSERT_TRUE(sink_.wait_for_loss());
  source_->request_refresh();
  source_->stop();
  EXPECT_EQ(sink_.lost(), std::vector<std::string>{"the X server has gone"});
  EXPECT_FALSE(source_->start(kSize, sink_));
}

TEST_F(X11SourceTest, RefusesSizesThatDoNotFit) {
  EXPECT_EQ(source_->start({.width = 101, .height = 100}, sink_).error(),
            "a picture of 101x100: use even numbers, 16 to 4096");
  EXPECT_THAT(source_->start({.width = 2000, .height = 100}, sink_).error(),
              testing::HasSubstr("does not fit"));
}

}  // namespace
}  // namespace turnpike::capture
