// The plugin through libasound, as the browser loads it.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <vector>

#include "tests/unit/cobrowse/renderer/sound/alsa_card.h"
#include "tests/unit/cobrowse/renderer/sound/sound_folder.h"
#include "tests/unit/cobrowse/renderer/sound/tone.h"

namespace turnpike::sound {
namespace {

std::vector<std::int16_t> all_messages(int listener) {
  const int stream = ::accept(listener, nullptr, nullptr);
  std::vector<std::int16_t> out;
  std::array<std::int16_t, kMaxChunkBytes / 2> chunk{};
  for (ssize_t got = 0; (got = ::recv(stream, chunk.data(), sizeof chunk, 0)) > 0;) {
    out.insert(out.end(), chunk.begin(), chunk.begin() + got / 2);
  }
  ::close(stream);
  return out;
}

TEST(AlsaPlugin, WhatIsPlayedComesOutOfTheSocketUnchanged) {
  const SoundFolder folder;
  const auto socket = SoundCard::make(folder.settings());
  ASSERT_TRUE(socket) << socket.error();
  const auto samples = tone(440, 9600);
  {
    AlsaCard card(socket->config());
    ASSERT_EQ(card.error(), 0) << snd_strerror(card.error());
    EXPECT_EQ(card.play(samples), 9600);
    EXPECT_EQ(snd_pcm_drain(card.pcm()), 0);
  }
  EXPECT_EQ(all_messages(socket->socket()), samples);
}

TEST(AlsaPlugin, PlaysNoFasterThanTimeGoes) {
  const SoundFolder folder;
  const auto socket = SoundCard::make(folder.settings());
  ASSERT_TRUE(socket);
  AlsaCard card(socket->config());
  ASSERT_EQ(card.error(), 0) << snd_strerror(card.error());
  snd_pcm_uframes_t buffer = 0, period = 0;
  ASSERT_EQ(snd_pcm_get_params(card.pcm(), &buffer, &period), 0);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(card.play(tone(440, kRate / 2)), kRate / 2);
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_GE(took, std::chrono::milliseconds(499 - buffer * 1000 / kRate));
}

TEST(AlsaPlugin, ACardThatHasRunEmptyGoesOn) {
  const SoundFolder folder;
  const auto socket = SoundCard::make(folder.settings());
  ASSERT_TRUE(socket);
  AlsaCard card(socket->config());
  ASSERT_EQ(card.error(), 0);
  snd_pcm_uframes_t buffer = 0, period = 0;
  ASSERT_EQ(snd_pcm_get_params(card.pcm(), &buffer, &period), 0);
  const auto full = tone(440, buffer);
  ASSERT_EQ(card.play(full), static_cast<snd_pcm_sframes_t>(buffer));
  while (snd_pcm_avail(card.pcm()) < static_cast<snd_pcm_sframes_t>(buffer)) ::usleep(1000);
  EXPECT_EQ(snd_pcm_state(card.pcm()), SND_PCM_STATE_RUNNING);
  EXPECT_EQ(card.play(full), static_cast<snd_pcm_sframes_t>(buffer));
}

TEST(AlsaPlugin, WithoutTheOtherEndItPlaysToNobody) {
  const SoundFolder folder;
  auto socket = SoundCard::make(folder.settings());
  ASSERT_TRUE(socket);
  ASSERT_EQ(::unlink((folder.path() + "/sound").c_str()), 0);
  AlsaCard card(socket->config());
  ASSERT_EQ(card.error(), 0) << snd_strerror(card.error());
  EXPECT_EQ(card.play(tone(440, 9600)), 9600);
}

}  // namespace
}  // namespace turnpike::sound
