#include "cobrowse/renderer/encode_tiers.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "cobrowse/renderer/capture/test_source.h"

namespace turnpike::renderer {
namespace {

using media::Tier;

MonotonicTime now() {
  return MonotonicTime(std::chrono::steady_clock::now().time_since_epoch());
}

const ViewerLoad kFast{.tier = Tier::kMain, .is_playing = true, .target_bps = 800'000};
const ViewerLoad kSlow{.tier = Tier::kSlow, .is_playing = true, .target_bps = 100'000};

class EncodeTiersTest : public testing::Test {
 protected:
  void SetUp() override {
    tiers_ = *EncodeTiers::start(
        {.bitrate_kbps = 800}, {.heartbeat = milliseconds(100)},
        {.on_frame = [this](Tier tier, const FramePtr& frame) { take(tier, frame); },
         .on_source_lost = [this](const std::string& why) { lost_ = why; }});
    ASSERT_TRUE(source_.start(capture::kSmallestTestPicture, *tiers_));
  }
  void TearDown() override { source_.stop(); }
  void load(const std::vector<ViewerLoad>& viewers) { tiers_->set_load(viewers, now()); }
  void take(Tier tier, const FramePtr& frame) {
    const std::lock_guard lock(mutex_);
    frames_.emplace_back(tier, frame);
    changed_.notify_all();
  }
  /// The first one of `tier` from the `from`th frame on.
  FramePtr wait_for(Tier tier, std::size_t from = 0) {
    std::unique_lock lock(mutex_);
    FramePtr found;
    changed_.wait_for(lock, seconds(10), [&] {
      for (std::size_t i = from; i < frames_.size() && !found; ++i) {
        if (frames_[i].first == tier) found = frames_[i].second;
      }
      return found != nullptr;
    });
    return found;
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return frames_.size();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<Tier, FramePtr>> frames_;
  std::string lost_;
  std::unique_ptr<EncodeTiers> tiers_;
  capture::TestSource source_{0};
};

TEST_F(EncodeTiersTest, OneEncodeWhileNobodyIsSlow) {
  load({kFast});
  ASSERT_TRUE(wait_for(Tier::kMain));
  EXPECT_FALSE(tiers_->has_slow());
}

TEST_F(EncodeTiersTest, WhoDoesNotPlayYetCostsNothing) {
  load({{.tier = Tier::kMain}, {.tier = Tier::kSlow}});
  EXPECT_FALSE(tiers_->has_slow());
  source_.step();
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_EQ(count(), 0U);
  load({{.tier = Tier::kMain}, kFast});
  const FramePtr first = wait_for(Tier::kMain);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->is_key);
}

TEST_F(EncodeTiersTest, ASlowOneStartsWithTheStillPictureThatIsThere) {
  load({kFast});
  ASSERT_TRUE(wait_for(Tier::kMain));
  load({kFast, kSlow});
  EXPECT_TRUE(tiers_->has_slow());
  const FramePtr first = wait_for(Tier::kSlow);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->is_key);
  EXPECT_TRUE(wait_for(Tier::kMain, count())) << "the others go on";
}

TEST_F(EncodeTiersTest, TheSlowEncodeEndsWithItsLastViewer) {
  load({kSlow});
  ASSERT_TRUE(wait_for(Tier::kSlow));
  load({kFast});
  EXPECT_FALSE(tiers_->has_slow());
  tiers_->request_key_frame(Tier::kSlow);  // of one who has just left
  source_.step();
  EXPECT_TRUE(wait_for(Tier::kMain, count()));
}

TEST_F(EncodeTiersTest, ALostSourceIsToldOnce) {
  load({kFast, kSlow});
  tiers_->on_lost("the screen has died");
  EXPECT_EQ(lost_, "the screen has died");
}

}  // namespace
}  // namespace turnpike::renderer
