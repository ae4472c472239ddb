#include "cobrowse/renderer/media/vp8_encoder.h"

#include <gtest/gtest.h>

#include <vector>

#include "text_picture.h"
#include "vp8_decoder.h"

namespace turnpike::media {
namespace {

constexpr int kWidth = 640;
constexpr int kHeight = 368;

Vp8Encoder make_encoder(const Vp8Settings& settings) {
  auto encoder = Vp8Encoder::create(settings);
  if (!encoder) ADD_FAILURE() << encoder.error();
  return std::move(*encoder);
}

rtc::EncodedFrame encode(Vp8Encoder& encoder, const Picture& picture,
                         const EncodeOrder& order = {}) {
  auto frame = encoder.encode(picture, MonotonicTime(seconds(1)), order);
  if (!frame) {
    ADD_FAILURE() << frame.error();
    return {};
  }
  return std::move(*frame);
}

/// A page that scrolls by 3 pixels a frame.
std::vector<rtc::EncodedFrame> encode_scrolling(Vp8Encoder& encoder, int frames) {
  std::vector<rtc::EncodedFrame> result;
  Picture picture(kWidth, kHeight);
  for (int n = 0; n < frames; ++n) {
    draw_text(picture, 3 * n);
    result.push_back(encode(encoder, picture));
  }
  return result;
}

/// What a viewer sees who gets the layers up to `highest`; empty pictures for what was left out.
std::vector<Picture> decode(const std::vector<rtc::EncodedFrame>& frames, int highest) {
  Vp8Decoder decoder;
  std::vector<Picture> result;
  for (const rtc::EncodedFrame& frame : frames) {
    result.emplace_back();
    if (frame.temporal_id > highest) continue;
    auto picture = decoder.decode(frame.data);
    if (picture) {
      result.back() = std::move(*picture);
    } else {
      ADD_FAILURE() << "frame " << result.size() - 1 << " cannot be decoded";
    }
  }
  return result;
}

double kbps(const std::vector<rtc::EncodedFrame>& frames, std::size_t from) {
  std::size_t bytes = 0;
  for (std::size_t n = from; n < frames.size(); ++n) bytes += frames[n].data.size();
  return static_cast<double>(bytes) * 8 * 30 / 1000 / static_cast<double>(frames.size() - from);
}

TEST(Vp8Encoder, RefusesSettingsOutOfRange) {
  EXPECT_TRUE(Vp8Encoder::create({}));
  for (const Vp8Settings& bad :
       {Vp8Settings{.bitrate_kbps = 49}, Vp8Settings{.max_fps = 0}, Vp8Settings{.speed = 3},
        Vp8Settings{.speed = 7}, Vp8Settings{.min_quantizer = 60, .max_quantizer = 50}}) {
    EXPECT_FALSE(Vp8Encoder::create(bad));
  }
  EXPECT_EQ(Vp8Encoder::create({.speed = 9}).error(), "speed 9: use 4 to 6");
}

TEST(Vp8Encoder, AnEmptyPictureIsNoFrame) {
  Vp8Encoder encoder = make_encoder({});
  EXPECT_FALSE(encoder.encode(Picture(), MonotonicTime(), {}));
}

TEST(Vp8Encoder, FillsTheFrameCompletely) {
  Vp8Encoder encoder = make_encoder({});
  Picture picture(kWidth, kHeight);
  draw_text(picture, 0);
  const rtc::EncodedFrame first = encode(encoder, picture);
  EXPECT_TRUE(first.is_key);
  EXPECT_EQ(first.data[0] & 1, 0);  // the frame tag of RFC 6386 (9.1): a key frame
  EXPECT_EQ(first.captured, MonotonicTime(seconds(1)));
  EXPECT_EQ(first.temporal_id, 0);
  EXPECT_FALSE(first.is_layer_sync);
  EXPECT_EQ(first.temporal_position, 0);
  EXPECT_EQ(first.width, kWidth);
  EXPECT_EQ(first.height, kHeight);
  const rtc::EncodedFrame second = encode(encoder, picture);
  EXPECT_FALSE(second.is_key);
  EXPECT_EQ(second.data[0] & 1, 1);
  EXPECT_EQ(second.temporal_id, 2);
  EXPECT_TRUE(second.is_layer_sync);
}

TEST(Vp8Encoder, ScrollingTextCanBeRead) {
  Vp8Encoder encoder = make_encoder({.bitrate_kbps = 2000});
  const auto frames = encode_scrolling(encoder, 60);
  const auto seen = decode(frames, 2);
  Picture original(kWidth, kHeight);
  draw_text(original, 3 * 59);
  EXPECT_GT(psnr(seen.back(), original), 24);
}

TEST(Vp8Encoder, RefinementsMakeAStillSharp) {
  Vp8Encoder encoder = make_encoder({.bitrate_kbps = 2000});
  auto frames = encode_scrolling(encoder, 60);
  Picture still(kWidth, kHeight);
  draw_text(still, 3 * 59);
  for (int n = 0; n < 4; ++n) {
    frames.push_back(encode(encoder, still, {.base_layer = true, .is_refinement = true}));
    EXPECT_EQ(frames.back().temporal_id, 0);
  }
  EXPECT_GT(psnr(decode(frames, 0).back(), still), 38);
}

TEST(Vp8Encoder, HigherLayersCanBeLeftOut) {
  Vp8Encoder encoder = make_encoder({});
  const auto frames = encode_scrolling(encoder, 41);
  const auto all = decode(frames, 2);
  for (const int highest : {0, 1}) {
    const auto some = decode(frames, highest);
    int compared = 0;
    for (std::size_t n = 0; n < frames.size(); ++n) {
      if (frames[n].temporal_id > highest) continue;
      EXPECT_EQ(psnr(some[n], all[n]), 100) << "frame " << n << ", layers up to " << highest;
      ++compared;
    }
    EXPECT_EQ(compared, highest == 0 ? 11 : 21);
  }
}

TEST(Vp8Encoder, ASyncFrameNeedsTheBaseLayerOnly) {
  Vp8Encoder encoder = make_encoder({});
  const auto frames = encode_scrolling(encoder, 40);
  const auto all = decode(frames, 2);
  Vp8Decoder switching;  // takes the base layer, and one single frame of a higher one
  constexpr std::size_t kSync = 22;
  ASSERT_TRUE(frames[kSync].is_layer_sync);
  for (std::size_t n = 0; n <= kSync; ++n) {
    if (frames[n].temporal_id > 0 && n != kSync) continue;
    const auto picture = switching.decode(frames[n].data);
    ASSERT_TRUE(picture);
    EXPECT_EQ(psnr(*picture, all[n]), 100) << n;
  }
}

TEST(Vp8Encoder, KeyFramesOnDemandOnly) {
  Vp8Encoder encoder = make_encoder({});
  auto frames = encode_scrolling(encoder, 30);
  for (std::size_t n = 1; n < frames.size(); ++n) EXPECT_FALSE(frames[n].is_key) << n;
  Picture picture(kWidth, kHeight);
  draw_text(picture, 500);
  const rtc::EncodedFrame key = encode(encoder, picture, {.is_key = true});
  EXPECT_TRUE(key.is_key);
  EXPECT_EQ(key.temporal_id, 0);
  const rtc::EncodedFrame next = encode(encoder, picture);
  EXPECT_EQ(next.temporal_id, 2);
  Vp8Decoder late;
  EXPECT_TRUE(late.decode(key.data));
  const auto picture_of_next = late.decode(next.data);
  ASSERT_TRUE(picture_of_next);
  EXPECT_GT(psnr(*picture_of_next, picture), 20);
}

TEST(Vp8Encoder, HonoursTheBitrateAndItsChange) {
  Vp8Encoder encoder = make_encoder({.bitrate_kbps = 3000});
  const double before = kbps(encode_scrolling(encoder, 150), 30);
  EXPECT_GT(before, 3000 * 0.6);
  EXPECT_LT(before, 3000 * 1.25);
  encoder.set_bitrate(1500);
  EXPECT_EQ(encoder.bitrate_kbps(), 1500);
  const double after = kbps(encode_scrolling(encoder, 150), 60);
  EXPECT_GT(after, 1500 * 0.6);
  EXPECT_LT(after, 1500 * 1.25);
}

TEST(Vp8Encoder, TheBaseLayerHasItsShare) {
  Vp8Encoder encoder = make_encoder({.bitrate_kbps = 2000});
  double base = 0;
  double all = 0;
  for (const auto& frame : encode_scrolling(encoder, 120)) {
    if (frame.is_key) continue;
    all += static_cast<double>(frame.data.size());
    if (frame.temporal_id == 0) base += static_cast<double>(frame.data.size());
  }
  EXPECT_GT(base / all, 0.3);
  EXPECT_LT(base / all, 0.6);
}

TEST(Vp8Encoder, BitratesAreClamped) {
  Vp8Encoder encoder = make_encoder({});
  encoder.set_bitrate(1);
  EXPECT_EQ(encoder.bitrate_kbps(), kMinBitrateKbps);
  encoder.set_bitrate(1'000'000);
  EXPECT_EQ(encoder.bitrate_kbps(), kMaxBitrateKbps);
}

TEST(Vp8Encoder, AnotherSizeIsAKeyFrame) {
  Vp8Encoder encoder = make_encoder({});
  auto frames = encode_scrolling(encoder, 2);
  const std::uint8_t position = frames.back().temporal_position;
  Vp8Decoder decoder;
  for (const auto& frame : frames) decoder.decode(frame.data);
  for (const auto& [width, height] : {std::pair(800, 600), std::pair(320, 240)}) {
    Picture picture(width, height);
    draw_text(picture, 0);
    const rtc::EncodedFrame frame = encode(encoder, picture);
    EXPECT_TRUE(frame.is_key);
    EXPECT_EQ(frame.width, width);
    EXPECT_EQ(frame.height, height);
    EXPECT_NE(frame.temporal_position, position);
    const auto seen = decoder.decode(frame.data);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->width(), width);
    EXPECT_GT(psnr(*seen, picture), 15);
  }
}

TEST(Vp8Encoder, ABlankStillIsSettledSoon) {
  Vp8Encoder encoder = make_encoder({});
  EXPECT_FALSE(encoder.is_settled());
  Picture picture(kWidth, kHeight);
  for (int n = 0; n < 12 && !encoder.is_settled(); ++n) {
    encode(encoder, picture, {.base_layer = true, .is_refinement = true});
  }
  EXPECT_TRUE(encoder.is_settled());
}

}  // namespace
}  // namespace turnpike::media
