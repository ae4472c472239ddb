#include "cobrowse/renderer/encode_loop.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "cobrowse/renderer/capture/test_source.h"

namespace turnpike::renderer {
namespace {

class EncodeLoopTest : public testing::Test {
 protected:
  void SetUp() override {
    loop_ = *EncodeLoop::start({.bitrate_kbps = 800}, {.heartbeat = milliseconds(100)},
                               {.on_frame = [this](const FramePtr& frame) { take(frame); },
                                .on_source_lost = [this](const std::string& why) { lost_ = why; }});
    ASSERT_TRUE(source_.start(capture::kSmallestTestPicture, *loop_));
  }
  void TearDown() override { source_.stop(); }
  void take(const FramePtr& frame) {
    const std::lock_guard lock(mutex_);
    frames_.push_back(frame);
    changed_.notify_all();
  }
  std::vector<FramePtr> wait_for(std::size_t count, milliseconds patience = milliseconds(10'000)) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return frames_.size() >= count; });
    return frames_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<FramePtr> frames_;
  std::string lost_;
  std::unique_ptr<EncodeLoop> loop_;
  capture::TestSource source_{0};
};

TEST_F(EncodeLoopTest, NobodyWatchesNothingIsEncoded) {
  source_.step();
  EXPECT_TRUE(wait_for(1, milliseconds(200)).empty());
  EXPECT_EQ(loop_->frames(), 0U);
}

TEST_F(EncodeLoopTest, TheFirstViewerGetsAKeyFrameOfThePictureThatIsThere) {
  loop_->set_viewers(1);
  const auto frames = wait_for(1);
  ASSERT_FALSE(frames.empty());
  EXPECT_TRUE(frames[0]->is_key);
  EXPECT_EQ(frames[0]->width, capture::kSmallestTestPicture.width);
}

TEST_F(EncodeLoopTest, AStillPictureIsRefinedAndThenBeatsNowAndThen) {
  loop_->set_viewers(1);
  const auto frames = wait_for(8);
  ASSERT_GE(frames.size(), 8U);
  for (std::size_t i = 1; i < frames.size(); ++i) {
    EXPECT_FALSE(frames[i]->is_key);
    EXPECT_GE(frames[i]->captured, frames[i - 1]->captured);
  }
}

TEST_F(EncodeLoopTest, AKeyFrameComesWhenItIsAskedFor) {
  loop_->set_viewers(1);
  ASSERT_FALSE(wait_for(1).empty());
  loop_->request_key_frame();
  for (std::size_t count = 2; count < 30; ++count) {
    if (wait_for(count).back()->is_key) return;
  }
  FAIL() << "no second key frame";
}

TEST_F(EncodeLoopTest, TheClockOfTheFramesNeverGoesBack) {
  loop_->set_viewers(1);
  ASSERT_GE(wait_for(3).size(), 3U);
  media::Picture picture;
  picture.resize(capture::kSmallestTestPicture.width, capture::kSmallestTestPicture.height);
  for (std::size_t count = 4; count < 8; ++count) {
    loop_->on_picture(picture, picture.whole(), wait_for(1)[0]->captured + milliseconds(1));
    const auto frames = wait_for(count);
    ASSERT_GE(frames.size(), count);
    for (std::size_t i = 1; i < frames.size(); ++i) {
      EXPECT_GT(frames[i]->captured, frames[i - 1]->captured) << i;
    }
  }
}

TEST_F(EncodeLoopTest, ALostSourceIsTold) {
  loop_->on_lost("the screen has died");
  EXPECT_EQ(lost_, "the screen has died");
}

}  // namespace
}  // namespace turnpike::renderer
