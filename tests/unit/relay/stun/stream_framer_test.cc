// next_frame: the same frames however the stream is cut into reads.
#include "relay/stun/stream_framer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/rng.h"
#include "relay/stun/channel_data.h"
#include "tests/unit/relay/stun/raw_message.h"
#include "tests/vectors/rfc5769.h"

namespace turnpike::stun {
namespace {

using Buffer = std::vector<std::uint8_t>;

Buffer channel_frame(std::uint16_t number, std::size_t size) {
  Buffer frame(kChannelHeaderSize + size, 0x77);
  write_channel_header(frame.data(), number, size);
  return frame;
}

Buffer stun_frame(std::size_t length) {
  RawMessage message(kBindingRequest);
  message.mutable_bytes().resize(kHeaderSize + length);
  return copy_of(message.length(length).bytes());
}

void append(Buffer& stream, const Buffer& frame) {
  stream.insert(stream.end(), frame.begin(), frame.end());
  while (stream.size() % 4 != 0) stream.push_back(0);
}

struct Cut {
  std::vector<Buffer> frames;
  bool broken = false;
  std::size_t left = 0;
};

/// What a stream's owner does with next_frame, reading `step` bytes at a time.
Cut cut(const Buffer& stream, std::size_t step) {
  Cut result;
  std::size_t begin = 0;
  std::size_t end = 0;
  while (end < stream.size() && !result.broken) {
    end = std::min(end + step, stream.size());
    for (;;) {
      const NextFrame next = next_frame(Bytes(stream).subspan(begin, end - begin));
      result.broken = next.status == FrameStatus::kBroken;
      if (next.status != FrameStatus::kFrame) break;
      result.frames.push_back(copy_of(next.frame));
      begin += next.consumed;
    }
  }
  result.left = stream.size() - begin;
  return result;
}

constexpr std::size_t kAtOnce = SIZE_MAX / 2;

TEST(StreamFramer, CoalescedAndByteByByteGiveTheSame) {
  const std::vector<Buffer> frames = {
      copy_of(vectors::kSampleRequest), channel_frame(0x4000, 5),
      channel_frame(0x4fff, 0),         stun_frame(0),
      channel_frame(0x7fff, 3),         copy_of(vectors::kSampleIpv6Response)};
  Buffer stream;
  for (const Buffer& frame : frames) append(stream, frame);
  for (const std::size_t step :
       {kAtOnce, std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{64}}) {
    const Cut result = cut(stream, step);
    EXPECT_EQ(result.frames, frames) << step;
    EXPECT_FALSE(result.broken);
  }
}

TEST(StreamFramer, NeverAsksForLessThanItHasNorMoreThanAFrame) {
  Buffer stream;
  append(stream, channel_frame(0x4001, 9));
  for (std::size_t size = 0; size < stream.size(); ++size) {
    const NextFrame next = next_frame(Bytes(stream).first(size));
    EXPECT_EQ(next.status, FrameStatus::kNeedMore);
    EXPECT_EQ(next.need, size < 4 ? 4U : 16U);
    EXPECT_TRUE(next.frame.empty());
    EXPECT_EQ(next.consumed, 0U);
  }
}

TEST(StreamFramer, StunNeedsItsHeaderThenItsLength) {
  const Buffer frame = stun_frame(88);
  for (std::size_t size = 0; size < frame.size(); ++size) {
    const NextFrame next = next_frame(Bytes(frame).first(size));
    EXPECT_EQ(next.status, FrameStatus::kNeedMore);
    EXPECT_EQ(next.need, size < 4 ? 4U : 108U);
  }
  EXPECT_EQ(next_frame(frame).status, FrameStatus::kFrame);
}

TEST(StreamFramer, PaddingIsConsumedButNotPartOfTheFrame) {
  for (std::size_t size = 0; size < 9; ++size) {
    Buffer stream;
    append(stream, channel_frame(0x4000, size));
    append(stream, stun_frame(0));
    const NextFrame next = next_frame(stream);
    ASSERT_EQ(next.status, FrameStatus::kFrame);
    EXPECT_EQ(next.frame.size(), 4 + size);
    EXPECT_EQ(next.consumed, (4 + size + 3) / 4 * 4);
    EXPECT_EQ(next_frame(Bytes(stream).subspan(next.consumed)).frame.size(), 20U);
  }
}

TEST(StreamFramer, PaddingMayHaveAnyContent) {
  Buffer stream = channel_frame(0x4000, 1);
  stream.insert(stream.end(), {0xff, 0xff, 0xff});
  EXPECT_EQ(next_frame(stream).consumed, 8U);
}

TEST(StreamFramer, EveryFirstByte) {
  for (unsigned first = 0; first < 256; ++first) {
    const Buffer beginning{static_cast<std::uint8_t>(first)};
    const bool usable = first < 4 || (first >= 0x40 && first <= 0x7f);
    EXPECT_EQ(next_frame(beginning).status, usable ? FrameStatus::kNeedMore : FrameStatus::kBroken)
        << first;
  }
}

TEST(StreamFramer, BrokenBehindAGoodFrame) {
  Buffer stream = stun_frame(4);
  stream.push_back('G');
  const Cut good = cut(stream, kAtOnce);
  EXPECT_EQ(good.frames.size(), 1U);
  EXPECT_FALSE(good.broken);  // 'G' is 0x47, a channel number's first byte
  stream.back() = 0x16;       // TLS inside the stream
  EXPECT_TRUE(cut(stream, kAtOnce).broken);
}

TEST(StreamFramer, StunLengthMustBeAMultipleOfFour) {
  for (std::size_t length = 0; length < 9; ++length) {
    const Buffer frame = stun_frame(length);
    EXPECT_EQ(next_frame(Bytes(frame).first(4)).status,
              length % 4 == 0 ? FrameStatus::kNeedMore : FrameStatus::kBroken);
  }
}

TEST(StreamFramer, WrongCookieIsBrokenAsSoonAsItIsThere) {
  Buffer frame = stun_frame(8);
  frame[7] ^= 1;
  EXPECT_EQ(next_frame(Bytes(frame).first(7)).status, FrameStatus::kNeedMore);
  EXPECT_EQ(next_frame(Bytes(frame).first(8)).status, FrameStatus::kBroken);
  EXPECT_EQ(next_frame(frame).status, FrameStatus::kBroken);
}

TEST(StreamFramer, NoFrameIsLongerThanTheLimit) {
  for (const unsigned first : {0x00U, 0x03U, 0x40U, 0x7fU}) {
    for (unsigned length = 0; length <= 0xffff; ++length) {
      const Buffer beginning{static_cast<std::uint8_t>(first), 0x01,
                             static_cast<std::uint8_t>(length >> 8),
                             static_cast<std::uint8_t>(length)};
      const NextFrame next = next_frame(beginning);
      ASSERT_LE(next.need, kMaxFrame);
    }
  }
}

TEST(StreamFramer, RandomStreamsInRandomPieces) {
  SeededRng rng(20260801);
  for (int round = 0; round < 200; ++round) {
    Buffer stream;
    std::vector<Buffer> frames;
    for (std::uint64_t n = rng.below(12); n > 0; --n) {
      frames.push_back(rng.below(2) == 0
                           ? stun_frame(4 * rng.below(100))
                           : channel_frame(static_cast<std::uint16_t>(0x4000 + rng.below(0x4000)),
                                           rng.below(400)));
      append(stream, frames.back());
    }
    EXPECT_EQ(cut(stream, 1 + rng.below(97)).frames, frames) << round;
    EXPECT_EQ(cut(stream, kAtOnce).left, 0U) << round;
  }
}

}  // namespace
}  // namespace turnpike::stun
