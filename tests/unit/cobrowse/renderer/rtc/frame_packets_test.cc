#include "cobrowse/renderer/rtc/frame_packets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "cobrowse/renderer/rtc/limits.h"

namespace turnpike::rtc {
namespace {

std::vector<std::uint8_t> a_frame(std::size_t size) {
  std::vector<std::uint8_t> out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  return out;
}

FrameHeaders headers() {
  return {.rtp = {.payload_type = 96, .sequence = 65534, .timestamp = 9, .ssrc = 1},
          .extensions = {.abs_capture_time = 1, .no_playout_delay = true, .mid = "0"},
          .ids = kOfferedExtensions,
          .vp8 = {.picture_id = 3, .tl0_pic_idx = 4}};
}

TEST(FramePackets, TogetherTheyAreTheFrameAndNearlyEqual) {
  for (const std::size_t size : {1U, 1094U, 1095U, 2188U, 2189U, 110'000U}) {
    const auto frame = a_frame(size);
    const FramePackets packets(frame, headers(), kDefaultPayloadBytes);
    EXPECT_EQ(packets.count(), (size + 1093) / 1094);
    std::vector<std::uint8_t> joined;
    std::size_t least = SIZE_MAX;
    std::size_t most = 0;
    for (std::size_t i = 0; i < packets.count(); ++i) {
      std::vector<std::uint8_t> out(kMaxRtpBytes);
      out.resize(packets.write(i, out));
      const std::size_t data = rtp_header_bytes(out) + kVp8DescriptorBytes;
      joined.insert(joined.end(), out.begin() + static_cast<long>(data), out.end());
      least = std::min(least, out.size() - data);
      most = std::max(most, out.size() - data);
    }
    EXPECT_EQ(joined, frame);
    EXPECT_LE(most - least, 1U);
    EXPECT_LE(most + kVp8DescriptorBytes, kDefaultPayloadBytes);
  }
}

TEST(FramePackets, FirstAndLastAreMarked) {
  const auto frame = a_frame(3000);
  const FramePackets packets(frame, headers(), kDefaultPayloadBytes);
  ASSERT_EQ(packets.count(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    std::vector<std::uint8_t> out(kMaxRtpBytes);
    packets.write(i, out);
    EXPECT_EQ((out[1] & 0x80) != 0, i == 2) << "marker";
    EXPECT_EQ(load_be16(&out[2]), static_cast<std::uint16_t>(65534 + i)) << "wraps";
    EXPECT_EQ(out[rtp_header_bytes(out)] & 0x10, i == 0 ? 0x10 : 0) << "S";
    EXPECT_EQ(load_be16(&out[14]), i == 0 ? 5 : 3) << "abs-capture-time on the first";
  }
}

}  // namespace
}  // namespace turnpike::rtc
