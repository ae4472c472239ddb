#include "cobrowse/renderer/rtc/sound_stream.h"

#include <gtest/gtest.h>

#include "cobrowse/renderer/rtc/limits.h"
#include "cobrowse/renderer/rtc/rtcp_writer.h"
#include "tests/unit/cobrowse/renderer/rtc/fake_receiver.h"
#include "tests/unit/cobrowse/renderer/rtc/stream_fixture.h"

namespace turnpike::rtc {
namespace {

class Sound : public testing::Test {
 protected:
  ReceivedPacket send(const EncodedSound& sound) {
    stream_.on_sound(sound);
    out_.clear();
    stream_.write(out_);
    EXPECT_FALSE(out_.is_rtcp(0));
    return read_rtp(out_.packet(0));
  }
  Bytes report(std::int64_t ms) {
    out_.clear();
    stream_.report(at(ms), out_);
    return out_.empty() ? Bytes() : out_.packet(0);
  }

  SeededRng rng_{3};
  SoundStream stream_{sound_settings(), rng_};
  Outgoing out_;
};

TEST_F(Sound, TimeGoesOnInSilenceAndSequenceNumbersDoNot) {
  const ReceivedPacket first = send(a_sound(80, 0, true));
  EXPECT_EQ(first.payload_type, 111);
  EXPECT_EQ(first.ssrc, 3333U);
  EXPECT_TRUE(first.marker);
  EXPECT_EQ(first.payload.size(), 80U);
  EXPECT_EQ(first.extensions.at(1), (std::vector<std::uint8_t>{'1'}));
  EXPECT_EQ(first.extensions.count(2) + first.extensions.count(4), 0U) << "of the picture";
  const ReceivedPacket second = send(a_sound(80, 20));
  EXPECT_FALSE(second.marker);
  EXPECT_EQ(second.extensions.count(1), 0U);
  EXPECT_EQ(second.timestamp - first.timestamp, 960U);
  const ReceivedPacket later = send(a_sound(80, 10'020, true));
  EXPECT_TRUE(later.marker);
  EXPECT_EQ(later.timestamp - second.timestamp, 480'000U);
  EXPECT_EQ(static_cast<std::uint16_t>(later.sequence - first.sequence), 2);
}

TEST_F(Sound, WhatIsNoPacketIsLeftOut) {
  stream_.on_sound(a_sound(0, 0));
  stream_.on_sound(a_sound(kMaxSoundBytes + 1, 0));
  EXPECT_FALSE(stream_.has_unsent());
  EXPECT_EQ(send(a_sound(kMaxSoundBytes, 0)).payload.size(), kMaxSoundBytes);
}

TEST_F(Sound, ReportsTieItsTimeToTheClock) {
  EXPECT_TRUE(report(0).empty()) << "nothing was sent";
  const ReceivedPacket first = send(a_sound(80, 0, true));
  const Bytes one = report(60);
  ASSERT_GE(one.size(), 28U);
  EXPECT_EQ(one[1], 200);
  EXPECT_EQ(load_be32(&one[4]), 3333U);
  EXPECT_EQ(load_be64(&one[8]), ntp_time(at(60).wall));
  EXPECT_EQ(load_be32(&one[16]) - first.timestamp, 60U * 48);
  EXPECT_EQ(load_be32(&one[20]), 1U);
  EXPECT_EQ(load_be32(&one[24]), 80U);
  send(a_sound(80, 80));
  EXPECT_TRUE(report(80).empty()) << "once a second";
  EXPECT_FALSE(report(1060).empty());
  EXPECT_TRUE(report(3000).empty()) << "nothing was sent since";
}

TEST_F(Sound, SaysWhatItTakesOfTheLine) {
  EXPECT_EQ(stream_.bps(at(0).monotonic), 0U);
  for (std::int64_t ms = 0; ms < 1000; ms += 20) send(a_sound(100, ms));
  EXPECT_EQ(stream_.bps(at(999).monotonic), 0U);
  EXPECT_NEAR(static_cast<double>(stream_.bps(at(1000).monotonic)), 120 * 50 * 8, 500);
  EXPECT_NEAR(static_cast<double>(stream_.bps(at(1999).monotonic)), 120 * 50 * 8, 500);
  EXPECT_EQ(stream_.bps(at(2000).monotonic), 0U);
}

}  // namespace
}  // namespace turnpike::rtc
