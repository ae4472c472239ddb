#include "cobrowse/renderer/sound/sound_encoder.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cobrowse/renderer/rtc/limits.h"
#include "tests/unit/cobrowse/renderer/sound/tone.h"

namespace turnpike::sound {
namespace {

Block block_of(std::span<const std::int16_t> both, std::size_t index) {
  Block out{};
  for (std::size_t i = 0; i < kBlock; ++i) out[i] = both[(index * kBlock + i) * kChannels];
  return out;
}

TEST(SoundEncoder, AToneComesBackAtItsPitch) {
  auto encoder = SoundEncoder::create();
  ASSERT_TRUE(encoder) << encoder.error();
  constexpr std::size_t kBlocks = 50;
  const auto both = tone(440, kBlocks * kBlock);
  Player player;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    const auto packet = encoder->encode(block_of(both, i));
    ASSERT_TRUE(packet);
    EXPECT_LE(packet->size(), rtc::kMaxSoundBytes);
    bytes += packet->size();
    player.play(*packet);
  }
  const auto late = std::span(player.heard()).last(kBlocks / 2 * kBlock);
  EXPECT_GT(share_of(440, late), 0.9);
  EXPECT_LT(share_of(660, late), 0.05);
  EXPECT_LT(bytes * 8, SoundEncoder::kBitrate_bps * 3 / 2) << "in a second";
}

TEST(SoundEncoder, SilenceEndsAfterATailAndSoundBeginsAgain) {
  auto encoder = SoundEncoder::create();
  ASSERT_TRUE(encoder);
  EXPECT_TRUE(encoder->is_resting());
  EXPECT_FALSE(encoder->encode(Block{})) << "silence before any sound";
  const auto both = tone(440, kBlock);
  EXPECT_TRUE(encoder->encode(block_of(both, 0)));
  EXPECT_FALSE(encoder->is_resting());
  Block quiet{};
  std::ranges::fill(quiet, std::int16_t{-1});
  for (unsigned i = 0; i < SoundEncoder::kTailBlocks; ++i) encoder->encode(quiet);
  EXPECT_TRUE(encoder->is_resting());
  EXPECT_FALSE(encoder->encode(quiet));
  EXPECT_TRUE(encoder->encode(block_of(both, 0)));
}

}  // namespace
}  // namespace turnpike::sound
