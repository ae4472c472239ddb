#include "cobrowse/renderer/sound/sound_loop.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

#include "tests/unit/cobrowse/renderer/sound/alsa_card.h"
#include "tests/unit/cobrowse/renderer/sound/sound_folder.h"
#include "tests/unit/cobrowse/renderer/sound/tone.h"

namespace turnpike::sound {
namespace {

/// What comes out of the loop, for the test's thread.
class Heard {
 public:
  void add(const SoundPtr& sound) {
    const std::lock_guard lock(mutex_);
    sounds_.push_back(sound);
    changed_.notify_all();
  }
  std::vector<SoundPtr> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return sounds_.size() >= count; });
    return sounds_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<SoundPtr> sounds_;
};

TEST(SoundLoop, AToneBecomesPacketsOnAGridOfTwentyMilliseconds) {
  const SoundFolder folder;
  Heard heard;
  auto loop = SoundLoop::start(folder.settings(), [&](const SoundPtr& sound) { heard.add(sound); });
  ASSERT_TRUE(loop) << loop.error();
  (*loop)->set_wanted(true);
  {
    AlsaCard card((*loop)->config());
    ASSERT_EQ(card.error(), 0) << snd_strerror(card.error());
    ASSERT_GT(card.play(tone(440, kRate)), 0);
    snd_pcm_drain(card.pcm());
  }
  const auto sounds = heard.wait_for(50);
  ASSERT_GE(sounds.size(), 50U);
  Player player;
  for (const SoundPtr& sound : sounds) {
    EXPECT_EQ(sound->captured.time_since_epoch() % milliseconds(20), Duration(0));
    player.play(sound->data);
  }
  EXPECT_TRUE(sounds[0]->is_first);
  EXPECT_FALSE(sounds[1]->is_first);
  EXPECT_GT(share_of(440, std::span(player.heard()).subspan(10 * kBlock, 2 * kBlock)), 0.9);
}

TEST(SoundLoop, WhatNobodyWantsIsNotEncoded) {
  const SoundFolder folder;
  Heard heard;
  auto loop = SoundLoop::start(folder.settings(), [&](const SoundPtr& sound) { heard.add(sound); });
  ASSERT_TRUE(loop) << loop.error();
  AlsaCard card((*loop)->config());
  ASSERT_EQ(card.error(), 0);
  ASSERT_GT(card.play(tone(440, kRate / 4)), 0);
  snd_pcm_drain(card.pcm());
  EXPECT_TRUE(heard.wait_for(0).empty());
  (*loop)->set_wanted(true);
  snd_pcm_prepare(card.pcm());
  ASSERT_GT(card.play(tone(440, kRate / 2)), 0);
  EXPECT_FALSE(heard.wait_for(1).empty());
}

// What a browser sends that somebody has taken over costs a bounded time, and no sound of others.
TEST(SoundLoop, AFloodIsReadInPortionsAndOthersAreHeard) {
  const SoundFolder folder;
  Heard heard;
  auto loop = SoundLoop::start(folder.settings(), [&](const SoundPtr& sound) { heard.add(sound); });
  ASSERT_TRUE(loop) << loop.error();
  (*loop)->set_wanted(true);
  const int odd = folder.connect();
  ASSERT_GE(odd, 0);
  std::size_t sent = 0;
  for (; ::send(odd, "x", 1, MSG_DONTWAIT) == 1 && sent < 100'000; ++sent) {
  }
  EXPECT_LT(sent, 100'000U) << "the socket fills up: it is not read as fast as it is written";
  AlsaCard card((*loop)->config());
  ASSERT_EQ(card.error(), 0);
  ASSERT_GT(card.play(tone(440, kRate / 2)), 0);
  EXPECT_GE(heard.wait_for(10).size(), 10U);
  ::close(odd);
}

TEST(SoundLoop, OneStreamTooManyWaitsUntilOthersHaveGone) {
  const SoundFolder folder;
  Heard heard;
  auto loop = SoundLoop::start(folder.settings(), [&](const SoundPtr& sound) { heard.add(sound); });
  ASSERT_TRUE(loop) << loop.error();
  (*loop)->set_wanted(true);
  std::vector<int> streams;
  while (streams.size() < SoundLoop::kMaxStreams) {
    if (const int fd = folder.connect(); fd >= 0) streams.push_back(fd);
  }
  AlsaCard card((*loop)->config());
  ASSERT_EQ(card.error(), 0);
  ASSERT_GT(card.play(tone(440, kRate / 2)), 0);
  EXPECT_TRUE(heard.wait_for(0).empty());
  for (const int fd : streams) ::close(fd);
  EXPECT_GE(heard.wait_for(1).size(), 1U);
}

}  // namespace
}  // namespace turnpike::sound
