#include "cobrowse/renderer/stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "cobrowse/renderer/sound/sound_loop.h"
#include "tests/unit/cobrowse/renderer/capture/recording_sink.h"
#include "tests/unit/cobrowse/renderer/sound/tone.h"

namespace turnpike::renderer {
namespace {

using testing::HasSubstr;

TEST(BrowserUser, IsNeverRoot) {
  Orders orders;
  if (::geteuid() != 0) {
    orders.uid = 61'234;
    EXPECT_EQ(*browser_user(orders), std::nullopt) << "it can be nobody else";
    return;
  }
  const auto nobody = browser_user(orders);
  ASSERT_TRUE(nobody && *nobody);
  EXPECT_EQ((**nobody).uid, ::getpwnam("nobody")->pw_uid);
  orders.user = "4711";
  EXPECT_EQ((**browser_user(orders)).gid, 4711U);
  orders.uid = 61'234;
  EXPECT_EQ((**browser_user(orders)).uid, 61'234U);
  EXPECT_EQ((**browser_user(orders)).gid, 61'234U);
  orders.uid = 0;
  for (const char* const wrong : {"root", "0", "no-such-user", ""}) {
    orders.user = wrong;
    EXPECT_FALSE(browser_user(orders)) << wrong;
  }
}

TEST(RefusalTeller, TellsASiteOnceAndNothingAfterTheEnd) {
  ice::EventLoop loop;
  const auto alive = std::make_shared<bool>(true);
  std::vector<std::string> told;
  const auto refused =
      refusal_teller(loop, "s", alive, [&](const std::string& text) { told.push_back(text); });
  loop.run([&] {
    refused("a.test", 443, egress::Reason::kDeniedSite);
    refused("a.test", 443, egress::Reason::kDeniedSite);
  });
  loop.run([] {});
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], testing::StartsWith("a.test: "));
  loop.run([&] {
    refused("b.test", 443, egress::Reason::kDeniedSite);
    *alive = false;
  });
  loop.run([] {});
  EXPECT_EQ(told.size(), 1U);
}

class StageTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    ::chmod(folder_.c_str(), 0711);
    orders_.renderer = "test-stage-" + std::to_string(::getpid());
    orders_.width = 640;
    orders_.height = 240;
    orders_.memory_mb = 0;
    if (::geteuid() == 0) orders_.uid = 61'236;
  }
  void TearDown() override {
    loop_.run([this] { stage_.reset(); });
    std::filesystem::remove_all(folder_);
  }
  std::string open() {
    std::string error;
    loop_.run([&] {
      auto opened = Stage::open(orders_, folder_, loop_, sink_, rng_, events());
      if (!opened) error = opened.error();
      if (opened) stage_ = *std::move(opened);
    });
    return error;
  }
  browser::BrowserEvents events() {
    return {.on_ready = [this] { note("ready"); },
            .on_page = [](const browser::PageState&) {},
            .on_tabs = [](const std::vector<browser::Tab>&) {},
            .on_dialog = [](const browser::Dialog&) {},
            .on_chooser = [](bool) {},
            .on_sensitive = [](bool) {},
            .on_notice = [](const std::string&) {},
            .on_closed = [this](const std::string& why) { note(why); }};
  }
  void note(const std::string& what) {
    const std::lock_guard lock(mutex_);
    told_.push_back(what);
    changed_.notify_all();
  }
  std::string first_told() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, seconds(30), [this] { return !told_.empty(); });
    return told_.empty() ? "" : told_.front();
  }
  static bool is_missing() {
    return ::access("/usr/bin/chromium", X_OK) != 0 || ::access("/usr/bin/Xvfb", X_OK) != 0;
  }

  std::string folder_ = testing::TempDir() + "turnpike-stage-XXXXXX";
  Orders orders_;
  SeededRng rng_{7};
  capture::RecordingSink sink_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> told_;
  ice::EventLoop loop_;
  std::unique_ptr<Stage> stage_;
};

TEST_F(StageTest, TheTestPictureNeedsNothing) {
  orders_.capture = CaptureKind::kTest;
  ASSERT_EQ(open(), "");
  EXPECT_TRUE(sink_.wait_for_pictures(3));
  EXPECT_EQ(stage_->browser(), nullptr);
  EXPECT_EQ(stage_->x11_input(), nullptr);
  EXPECT_FALSE(stage_->containment().network_namespace);
}

TEST_F(StageTest, SaysWhatIsMissing) {
  orders_.capture = CaptureKind::kCdp;
  orders_.browser = "/nonexistent";
  EXPECT_THAT(open(), HasSubstr("\"/nonexistent\" cannot be run"));
  if (::geteuid() != 0) return;
  orders_.uid = 0;
  orders_.user = "root";
  EXPECT_THAT(open(), HasSubstr("does not run as root"));
}

TEST_F(StageTest, AScreenABrowserAndItsSandbox) {
  if (is_missing()) GTEST_SKIP() << "needs /usr/bin/chromium and /usr/bin/Xvfb";
  ASSERT_EQ(open(), "");
  ASSERT_EQ(first_told(), "ready");
  EXPECT_TRUE(sink_.wait_for_pictures(1));
  loop_.run([this] {
    EXPECT_NE(stage_->x11_input(), nullptr);
    stage_->browser()->send(
        {{"Runtime.evaluate", {{"expression", "document.body.style.background = 'white'"}}}});
  });
  EXPECT_TRUE(sink_.wait_for_luma(160, 200, 235));
  loop_.run([this] {
    stage_->browser()->send(
        {{"Runtime.evaluate", {{"expression", "document.body.style.background = 'black'"}}}});
  });
  EXPECT_TRUE(sink_.wait_for_luma(160, 200, 16));
  EXPECT_TRUE(::geteuid() != 0 || stage_->containment().network_namespace);
}

// Two things play at the same time, each through a stream of its own.
TEST_F(StageTest, WhatPagesPlayIsHeard) {
  if (is_missing()) GTEST_SKIP() << "needs /usr/bin/chromium and /usr/bin/Xvfb";
  orders_.audio = true;
  sound::SoundCardSettings card{.folder = folder_, .plugin = TURNPIKE_SOUND_PLUGIN};
  if (const auto user = browser_user(orders_); *user) card.owner = {(**user).uid, (**user).gid};
  sound::Player player;  // of the sound's thread
  double low = 0, high = 0;
  const auto on_sound = [&](const sound::SoundPtr& sound) {
    player.play(sound->data);
    const auto last = std::span(player.heard()).last(sound::kBlock);
    const std::lock_guard lock(mutex_);
    low = sound::share_of(400, last);
    high = sound::share_of(2000, last);
    changed_.notify_all();
  };
  auto heard = sound::SoundLoop::start(card, on_sound);
  ASSERT_TRUE(heard) << heard.error();
  (*heard)->set_wanted(true);
  ASSERT_EQ(open(), "");
  ASSERT_EQ(first_told(), "ready");
  const auto play = [this](int hz) {
    const std::string script =
        "c = new AudioContext(); g = c.createGain(); g.gain.value = 0.3; g.connect(c.destination); "
        "o = c.createOscillator(); o.frequency.value = " +
        std::to_string(hz) + "; o.connect(g); o.start()";
    loop_.run([&] { stage_->browser()->send({{"Runtime.evaluate", {{"expression", script}}}}); });
  };
  const auto wait_for = [this](const auto& holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(30), holds);
  };
  play(400);
  EXPECT_TRUE(wait_for([&] { return low > 0.9; }));
  play(2000);
  EXPECT_TRUE(wait_for([&] { return low > 0.4 && high > 0.4; })) << low << " " << high;
  heard->reset();
}

// A browser in which pages have no sandbox of their own shows none.
TEST_F(StageTest, WithoutASandboxThereIsNoPage) {
  if (is_missing()) GTEST_SKIP() << "needs /usr/bin/chromium and /usr/bin/Xvfb";
  orders_.browser = folder_ + "/browser";
  std::ofstream(orders_.browser) << "#!/bin/sh\nexec /usr/bin/chromium --no-sandbox \"$@\"\n";
  ::chmod(orders_.browser.c_str(), 0755);
  ASSERT_EQ(open(), "");
  EXPECT_THAT(first_told(), HasSubstr("without Chromium's sandbox"));
}

TEST_F(StageTest, WithoutASandboxWhereSomebodyHasAllowedIt) {
  if (is_missing()) GTEST_SKIP() << "needs /usr/bin/chromium and /usr/bin/Xvfb";
  orders_.allow_unsandboxed = true;
  ASSERT_EQ(open(), "");
  EXPECT_EQ(first_told(), "ready");
}

}  // namespace
}  // namespace turnpike::renderer
