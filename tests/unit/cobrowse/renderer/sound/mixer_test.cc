#include "cobrowse/renderer/sound/mixer.h"

#include <gtest/gtest.h>

#include <vector>

namespace turnpike::sound {
namespace {

std::vector<std::int16_t> pairs(std::size_t samples, std::int16_t left, std::int16_t right) {
  std::vector<std::int16_t> out;
  for (std::size_t i = 0; i < samples; ++i) out.insert(out.end(), {left, right});
  return out;
}

TEST(Mixer, MakesOneChannelOfTwo) {
  Mixer mixer;
  mixer.feed(1, pairs(kBlock, 100, 300));
  EXPECT_FALSE(mixer.is_idle());
  const Block block = mixer.next();
  EXPECT_EQ(block.front(), 200);
  EXPECT_EQ(block.back(), 200);
}

TEST(Mixer, AddsStreamsAndStaysWithinBounds) {
  Mixer mixer;
  mixer.feed(1, pairs(kBlock, 1000, 1000));
  mixer.feed(2, pairs(kBlock, 500, 500));
  EXPECT_EQ(mixer.next()[17], 1500);
  mixer.feed(1, pairs(kBlock, 30'000, 30'000));
  mixer.feed(2, pairs(kBlock, 30'000, 30'000));
  EXPECT_EQ(mixer.next()[17], 32'767);
  mixer.feed(1, pairs(kBlock, -30'000, -30'000));
  mixer.feed(2, pairs(kBlock, -30'000, -30'000));
  EXPECT_EQ(mixer.next()[17], -32'768);
}

TEST(Mixer, AStreamBeginsWithACushionAndAgainAfterAGap) {
  Mixer mixer;
  mixer.feed(1, pairs(kBlock / 2, 7, 7));
  EXPECT_TRUE(mixer.is_idle());
  EXPECT_EQ(mixer.next()[0], 0);
  mixer.feed(1, pairs(kBlock, 7, 7));
  EXPECT_EQ(mixer.next()[0], 7);
  const Block half = mixer.next();
  EXPECT_EQ(half[kBlock / 2 - 1], 7);
  EXPECT_EQ(half[kBlock / 2], 0);
  mixer.feed(1, pairs(kBlock / 2, 7, 7));
  EXPECT_TRUE(mixer.is_idle());
}

TEST(Mixer, WhatIsLeftOfAFinishedStreamStillPlays) {
  Mixer mixer;
  mixer.feed(1, pairs(10, 7, 7));
  mixer.finish(1);
  EXPECT_FALSE(mixer.is_idle());
  EXPECT_EQ(mixer.next()[9], 7);
  EXPECT_TRUE(mixer.is_idle());
  mixer.finish(1);
  mixer.finish(5);
}

TEST(Mixer, ANumberThatIsUsedAgainIsAnotherStream) {
  Mixer mixer;
  mixer.feed(1, pairs(10, 7, 7));
  mixer.finish(1);
  mixer.feed(1, pairs(kBlock / 2, 3, 3));
  const Block rest = mixer.next();
  EXPECT_EQ(rest[9], 7);
  EXPECT_EQ(rest[10], 0) << "the new one has no cushion yet";
  EXPECT_TRUE(mixer.is_idle());
  mixer.feed(1, pairs(kBlock / 2, 3, 3));
  EXPECT_EQ(mixer.next()[kBlock - 1], 3);
}

TEST(Mixer, AStreamThatComesTooFastLosesItsOldest) {
  Mixer mixer;
  mixer.feed(1, pairs(kBlock, 1, 1));
  mixer.feed(1, pairs(Mixer::kMostQueued, 2, 2));
  EXPECT_EQ(mixer.next()[0], 2);
  std::size_t blocks = 1;
  for (; !mixer.is_idle(); ++blocks) mixer.next();
  EXPECT_EQ(blocks, Mixer::kMostQueued / kBlock);
}

TEST(Mixer, AnOddSampleIsLeftOut) {
  Mixer mixer;
  auto samples = pairs(kBlock, 4, 4);
  samples.push_back(999);
  mixer.feed(1, samples);
  EXPECT_EQ(mixer.next().back(), 4);
  EXPECT_TRUE(mixer.is_idle());
}

}  // namespace
}  // namespace turnpike::sound
