#include "cobrowse/renderer/rtc/viewer_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "cobrowse/renderer/rtc/rtcp_writer.h"
#include "tests/unit/cobrowse/renderer/rtc/fake_receiver.h"
#include "tests/unit/cobrowse/renderer/rtc/stream_fixture.h"

namespace turnpike::rtc {
namespace {

EncodedFrame of_layer(EncodedFrame frame, std::uint8_t layer, bool is_sync = true) {
  frame.temporal_id = layer;
  frame.is_layer_sync = is_sync;
  return frame;
}

class Viewer : public testing::Test {
 protected:
  std::vector<ReceivedPacket> poll(std::int64_t ms) {
    out_.clear();
    stream_->poll(at(ms), out_);
    std::vector<ReceivedPacket> packets;
    for (std::size_t i = 0; i < out_.size(); ++i) {
      if (!out_.is_rtcp(i)) packets.push_back(read_rtp(out_.packet(i)));
    }
    return packets;
  }
  /// Started with a key frame of one packet, and its report is sent.
  void start() {
    stream_->take_key_frame_request(at(0));
    stream_->on_frame(a_frame(500, 0, true), at(0));
    first_ = poll(0).at(0);
  }
  void nack(std::uint16_t sequence, std::int64_t ms, std::uint32_t ssrc = 1111) {
    std::vector<std::uint8_t> packet{0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    store_be32(&packet[8], ssrc);
    store_be16(&packet[12], sequence);
    stream_->on_rtcp(packet, at(ms));
  }
  void picture_loss(std::int64_t ms, std::uint32_t ssrc = 1111) {
    std::vector<std::uint8_t> packet{0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0};
    store_be32(&packet[8], ssrc);
    stream_->on_rtcp(packet, at(ms));
  }
  void use(const StreamSettings& other) { stream_ = std::make_unique<ViewerStream>(other, rng_); }

  SeededRng rng_{1};
  std::unique_ptr<ViewerStream> stream_ = std::make_unique<ViewerStream>(settings(), rng_);
  Outgoing out_;
  ReceivedPacket first_;
};

TEST_F(Viewer, NothingBeforeAKeyFrameAndOneIsAskedFor) {
  EXPECT_TRUE(stream_->take_key_frame_request(at(0)));
  EXPECT_FALSE(stream_->take_key_frame_request(at(0)));
  stream_->on_frame(a_frame(500, 0), at(0));
  EXPECT_TRUE(poll(0).empty());
  EXPECT_TRUE(out_.empty()) << "no report either";
  EXPECT_EQ(stream_->next_deadline(), at(500).monotonic) << "asks again";
  stream_->on_frame(a_frame(500, 10, true), at(10));
  EXPECT_EQ(poll(10).size(), 1U);
  EXPECT_EQ(stream_->statistics().frames_dropped, 1U);
  EXPECT_EQ(stream_->statistics().frames_sent, 1U);
}

TEST_F(Viewer, ThePacketSaysWhatItHasTo) {
  stream_->on_frame(a_frame(2000, 0, true), at(7));
  const auto packets = poll(7);
  ASSERT_EQ(packets.size(), 2U);
  EXPECT_EQ(packets[0].ssrc, 1111U);
  EXPECT_EQ(packets[0].payload_type, 96);
  EXPECT_FALSE(packets[0].marker);
  EXPECT_TRUE(packets[1].marker);
  EXPECT_EQ(packets[1].sequence, static_cast<std::uint16_t>(packets[0].sequence + 1));
  EXPECT_EQ(packets[1].timestamp, packets[0].timestamp);
  const auto& extensions = packets[0].extensions;
  EXPECT_THAT(extensions.at(1), testing::ElementsAre('0')) << "mid, with a key frame";
  EXPECT_EQ(load_be64(extensions.at(2).data()), ntp_time(at(0).wall)) << "when it was captured";
  EXPECT_THAT(extensions.at(3), testing::ElementsAre(0, 0));
  EXPECT_THAT(extensions.at(4), testing::ElementsAre(0, 0, 0));
  EXPECT_FALSE(packets[1].extensions.contains(2));
  EXPECT_THAT(packets[1].extensions.at(3), testing::ElementsAre(0, 1));
}

TEST_F(Viewer, TimestampsFollowTheCapture) {
  start();
  stream_->on_frame(a_frame(500, 40), at(45));
  const auto packets = poll(45);
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_EQ(packets[0].timestamp - first_.timestamp, 40U * 90);
  EXPECT_FALSE(packets[0].extensions.contains(1)) << "no mid with other frames";
}

TEST_F(Viewer, AKeyFrameIsSpreadAndASmallFrameIsNot) {
  stream_->on_frame(a_frame(10'000, 0, true), at(0));
  EXPECT_EQ(poll(0).size(), 10U) << "at once";
  stream_->on_frame(a_frame(110'000, 1000, true), at(1000));
  const std::size_t at_once = poll(1000).size();
  EXPECT_GT(at_once, 8U);
  EXPECT_LT(at_once, 14U);
  std::size_t sent = at_once;
  std::int64_t ms = 1000;
  while (sent < 101 && ms < 3000) {
    EXPECT_LT(stream_->next_deadline(), at(ms + 20).monotonic);
    sent += poll(++ms).size();
  }
  EXPECT_EQ(sent, 101U);
  EXPECT_NEAR(static_cast<double>(ms - 1000), (110e3 + 101 * 40 - 12e3) * 8 / 2.5e6 * 1000, 30);
}

TEST_F(Viewer, PictureIdsAreInARowWhateverIsLeftOut) {
  start();
  int id = read_vp8(first_.payload).picture_id;
  const int base = read_vp8(first_.payload).tl0_pic_idx;
  stream_->on_frame(of_layer(a_frame(500, 10), 2), at(10));
  EXPECT_EQ(read_vp8(poll(10).at(0).payload).picture_id, (id + 1) & 0x7fff);
  stream_->set_congested(true);
  stream_->on_frame(of_layer(a_frame(500, 20), 1), at(20));
  stream_->set_congested(false);
  EXPECT_FALSE(stream_->take_key_frame_request(at(20))) << "the base layer is whole";
  stream_->on_frame(of_layer(a_frame(500, 30), 2), at(30));
  EXPECT_TRUE(poll(30).empty()) << "may depend on what was left out";
  stream_->on_frame(a_frame(500, 40), at(40));
  const auto vp8 = read_vp8(poll(40).at(0).payload);
  EXPECT_EQ(vp8.picture_id, (id + 2) & 0x7fff);
  EXPECT_EQ(vp8.tl0_pic_idx, (base + 1) & 0xff);
  EXPECT_EQ(stream_->statistics().frames_thinned, 1U);
  EXPECT_EQ(stream_->statistics().frames_dropped, 1U);
}

TEST_F(Viewer, CongestionLeavesOutWholeFramesAndEndsWithAKeyFrame) {
  stream_->on_frame(a_frame(50'000, 0, true), at(0));
  const std::size_t before = poll(0).size();
  EXPECT_LT(before, 20U);
  stream_->set_congested(true);
  EXPECT_EQ(stream_->next_deadline(), kNever);
  stream_->on_frame(a_frame(500, 10), at(10));
  EXPECT_TRUE(poll(100).empty()) << "what waits goes on waiting";
  EXPECT_FALSE(stream_->take_key_frame_request(at(1000)));
  stream_->set_congested(false);
  std::size_t after = 0;
  for (std::int64_t ms = 1001; ms < 1400; ++ms) after += poll(ms).size();
  EXPECT_EQ(before + after, 46U) << "a frame that has begun is finished";
  stream_->on_frame(a_frame(500, 1400), at(1400));
  EXPECT_TRUE(poll(1400).empty());
  EXPECT_TRUE(stream_->take_key_frame_request(at(1400)));
}

TEST_F(Viewer, ANackIsAnsweredOncePerRoundTrip) {
  start();
  nack(first_.sequence, 50);
  const auto once = poll(50);
  ASSERT_EQ(once.size(), 1U);
  EXPECT_EQ(once[0].ssrc, 2222U);
  EXPECT_EQ(once[0].payload_type, 97);
  EXPECT_EQ(load_be16(once[0].payload.data()), first_.sequence);
  EXPECT_TRUE(std::equal(first_.payload.begin(), first_.payload.end(), once[0].payload.begin() + 2,
                         once[0].payload.end()));
  EXPECT_THAT(once[0].extensions.at(3), testing::ElementsAre(0, 1)) << "a number of its own";
  nack(first_.sequence, 60);
  EXPECT_TRUE(poll(60).empty());
  nack(first_.sequence, 131);
  nack(first_.sequence, 131);
  EXPECT_EQ(poll(131).size(), 1U);
  EXPECT_EQ(stream_->statistics().packets_resent, 2U);
  EXPECT_EQ(stream_->statistics().packets_nacked, 4U);
}

TEST_F(Viewer, ANackForSomethingElseIsNotAnswered) {
  start();
  nack(static_cast<std::uint16_t>(first_.sequence + 1), 50);
  nack(static_cast<std::uint16_t>(first_.sequence - 1), 50);
  nack(first_.sequence, 50, 3333);
  EXPECT_TRUE(poll(50).empty());
  nack(first_.sequence, 1501);
  EXPECT_TRUE(poll(1501).empty()) << "too old";
  stream_->on_frame(a_frame(50'000, 1600), at(1600));
  nack(static_cast<std::uint16_t>(first_.sequence + 1), 1600);
  EXPECT_EQ(poll(1600).at(0).ssrc, 1111U) << "it has not even left";
  EXPECT_EQ(stream_->statistics().packets_resent, 0U);
}

TEST_F(Viewer, WhatAKeyFrameReplacesIsNotSentAgain) {
  start();
  nack(first_.sequence, 50);
  stream_->on_frame(a_frame(500, 60, true), at(60));
  const auto packets = poll(60);
  ASSERT_EQ(packets.size(), 1U) << "not what was asked for before it either";
  nack(first_.sequence, 200);
  EXPECT_TRUE(poll(200).empty());
  nack(packets[0].sequence, 200);
  EXPECT_EQ(poll(200).size(), 1U);
}

TEST_F(Viewer, AnotherSourceStartsWithAKeyFrame) {
  start();
  stream_->on_frame(a_frame(100'000, 500), at(500));
  ASSERT_FALSE(poll(500).empty());
  EXPECT_GT(stream_->backlog(), milliseconds(500));
  stream_->on_other_source();
  EXPECT_EQ(stream_->backlog(), Duration(0));
  EXPECT_TRUE(poll(1400).empty()) << "what waited is gone";
  stream_->on_frame(a_frame(500, 1500), at(1500));
  EXPECT_TRUE(poll(1500).empty());
  EXPECT_TRUE(stream_->take_key_frame_request(at(1500)));
  stream_->on_frame(a_frame(500, 1600, true), at(1600));
  EXPECT_EQ(poll(1600).size(), 1U);
}

TEST_F(Viewer, WithoutRtxTheSameBitsAreSentAgain) {
  StreamSettings plain = settings();
  plain.rtx_payload_type.reset();
  use(plain);
  stream_->on_frame(a_frame(500, 0, true), at(0));
  poll(0);
  const std::vector<std::uint8_t> sent(out_.packet(0).begin(), out_.packet(0).end());
  stream_->on_frame(a_frame(500, 10), at(10));
  poll(10);
  nack(load_be16(&sent[2]), 50);
  ASSERT_EQ(poll(50).size(), 1U);
  EXPECT_THAT(out_.packet(0), testing::ElementsAreArray(sent));
}

TEST_F(Viewer, PictureLossAsksTheEncoder) {
  start();
  picture_loss(1000, 3333);
  EXPECT_FALSE(stream_->take_key_frame_request(at(1000)));
  picture_loss(1000);
  EXPECT_LE(stream_->next_deadline(), at(1000).monotonic);
  EXPECT_TRUE(stream_->take_key_frame_request(at(1000)));
  stream_->on_rtcp(
      std::vector<std::uint8_t>{0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, 0x57, 9, 0, 0, 0},
      at(2000));
  EXPECT_TRUE(stream_->take_key_frame_request(at(2000)));
  EXPECT_EQ(stream_->statistics().picture_losses, 2U);
  stream_->on_frame(a_frame(500, 2001), at(2001));
  EXPECT_EQ(poll(2001).size(), 1U) << "the stream goes on meanwhile";
}

TEST_F(Viewer, AReportEachSecond) {
  start();
  ASSERT_EQ(out_.size(), 2U);
  ASSERT_TRUE(out_.is_rtcp(1));
  EXPECT_EQ(stream_->next_deadline(), at(1000).monotonic);
  EXPECT_TRUE(poll(999).empty() && out_.empty());
  poll(1000);
  ASSERT_EQ(out_.size(), 1U);
  const Bytes report = out_.packet(0);
  EXPECT_EQ(load_be32(&report[4]), 1111U);
  EXPECT_EQ(load_be64(&report[8]), ntp_time(at(1000).wall));
  EXPECT_EQ(load_be32(&report[16]), first_.timestamp + 90'000) << "the same moment";
  EXPECT_EQ(load_be32(&report[20]), 1U);
  EXPECT_EQ(load_be32(&report[24]), 506U);
}

TEST_F(Viewer, WhatIsTooLargeIsLeftOutWhole) {
  stream_->on_frame(a_frame(kMaxLoneFrameBytes, 0, true), at(0));
  stream_->on_frame({.captured = at(1).monotonic, .is_key = true}, at(1));
  EXPECT_TRUE(poll(1).empty());
  EXPECT_EQ(stream_->statistics().frames_dropped, 2U);
  EXPECT_TRUE(stream_->take_key_frame_request(at(1)));
}

TEST_F(Viewer, AQueueThatIsLongTakesTheBaseLayerAlone) {
  stream_->on_frame(a_frame(200'000, 0, true), at(0));
  stream_->on_frame(of_layer(a_frame(500, 20), 1), at(20));
  stream_->on_frame(a_frame(500, 40), at(40));
  EXPECT_EQ(stream_->statistics().frames_sent, 2U);
  EXPECT_EQ(stream_->statistics().frames_dropped, 1U);
  stream_->on_frame(a_frame(600'000, 60), at(60));
  stream_->on_frame(a_frame(500, 80), at(80));
  EXPECT_EQ(stream_->statistics().frames_dropped, 2U) << "more than two seconds";
  EXPECT_FALSE(stream_->take_key_frame_request(at(80))) << "not while so much waits";
}

TEST_F(Viewer, BrokenRtcpIsCounted) {
  stream_->on_rtcp(std::vector<std::uint8_t>{1, 2, 3}, at(0));
  EXPECT_EQ(stream_->statistics().bad_rtcp, 1U);
}

TEST_F(Viewer, OnlySoMuchRtcpIsRead) {
  for (int i = 0; i < 1000; ++i) picture_loss(0);
  EXPECT_EQ(stream_->statistics().picture_losses, kRtcpAtOnce);
  EXPECT_EQ(stream_->statistics().rtcp_dropped, 1000 - kRtcpAtOnce);
  for (int i = 0; i < 1000; ++i) picture_loss(1000);
  EXPECT_EQ(stream_->statistics().picture_losses, kRtcpAtOnce + kRtcpPerSecond);
}

TEST_F(Viewer, OnlySoManyFeedbacksOfOnePacketCount) {
  const std::vector<std::uint8_t> remb{0x8f, 206, 0,   5,   0, 0, 0,    1,    0, 0, 0, 0,
                                       'R',  'E', 'M', 'B', 1, 0, 0x61, 0xa8, 0, 0, 4, 0x57};
  // About packet 0, which has left, or about packet 9, which has not.
  const auto feedback = [](std::uint8_t sequence) {
    return std::vector<std::uint8_t>{0x8f, 205,      0, 5, 0, 0, 0, 1, 0,    0, 4, 0x57,
                                     0,    sequence, 0, 1, 0, 0, 1, 0, 0x20, 1, 4, 0};
  };
  start();
  std::vector<std::uint8_t> packet;
  for (std::size_t i = 0; i <= kMaxFeedbacksPerPacket; ++i) {
    const auto one = feedback(i < kMaxFeedbacksPerPacket ? 9 : 0);
    packet.insert(packet.end(), one.begin(), one.end());
  }
  stream_->on_rtcp(packet, at(50));
  stream_->on_rtcp(remb, at(60));
  EXPECT_EQ(stream_->target_bps(), 100'000U) << "the last one was not looked at";
  stream_->on_rtcp(feedback(0), at(70));
  stream_->on_rtcp(remb, at(80));
  EXPECT_EQ(stream_->target_bps(), 1'000'000U) << "and this one was";
}

TEST_F(Viewer, SilenceMakesCareful) {
  start();
  for (std::int64_t ms = 100; ms < 4000; ms += 100) {
    stream_->on_frame(a_frame(500, ms), at(ms));
    poll(ms);
  }
  EXPECT_NEAR(static_cast<double>(stream_->target_bps()), 490e3, 10)
      << "after two and after three seconds";
}

TEST(ViewerStreamSettings, WhatWasAgreedOn) {
  const Offer offer{.cname = "c", .ssrc = 5, .rtx_ssrc = 6};
  Answer answer{.vp8_payload_type = 100,
                .rtx_payload_type = 101,
                .extensions = kOfferedExtensions,
                .transport_cc = true};
  const StreamSettings with = stream_settings(offer, answer, {});
  EXPECT_EQ(with.ssrc, 5U);
  EXPECT_EQ(with.rtx_ssrc, 6U);
  EXPECT_EQ(with.vp8_payload_type, 100);
  EXPECT_EQ(with.rtx_payload_type, 101);
  EXPECT_EQ(with.extensions, kOfferedExtensions);
  answer.transport_cc = false;
  EXPECT_EQ(stream_settings(offer, answer, {}).extensions.transport_cc, 0);
}

TEST_F(Viewer, SoundLeavesBesideThePictureWithTheSameCountOfPackets) {
  StreamSettings with = settings();
  with.sound = sound_settings();
  use(with);
  stream_->on_sound(a_sound(100, 0, true));
  stream_->on_frame(a_frame(500, 0, true), at(0));
  stream_->on_sound(a_sound(100, 20));
  const auto packets = poll(20);
  ASSERT_EQ(packets.size(), 3U);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    ASSERT_EQ(packets[i].extensions.count(3), 1U);
    EXPECT_EQ(packets[i].extensions.at(3), (std::vector<std::uint8_t>{0, std::uint8_t(i)}));
  }
  EXPECT_EQ(packets[0].ssrc, 3333U);
  EXPECT_EQ(packets[1].ssrc, 3333U);
  EXPECT_EQ(packets[2].ssrc, 1111U);
  EXPECT_EQ(stream_->statistics().sound_packets, 2U);
  EXPECT_EQ(stream_->statistics().packets, 1U);
}

TEST_F(Viewer, SoundWaitsWhileTheWayOutIsFullAndOldSoundGoes) {
  StreamSettings with = settings();
  with.sound = sound_settings();
  use(with);
  stream_->set_congested(true);
  for (std::int64_t i = 0; i < 100; ++i) stream_->on_sound(a_sound(100, i * 20));
  EXPECT_TRUE(poll(2000).empty());
  stream_->set_congested(false);
  const auto packets = poll(2000);
  ASSERT_EQ(packets.size(), kMaxQueuedSounds);
  EXPECT_EQ(packets.back().payload.at(0), 99);
}

TEST_F(Viewer, ThePictureHasWhatTheSoundLeaves) {
  StreamSettings with = settings();
  with.sound = sound_settings();
  use(with);
  stream_->on_frame(a_frame(50'000, 0, true), at(0));
  const auto alone = stream_->backlog();
  for (std::int64_t ms = 0; ms < 2100; ms += 20) {
    stream_->on_sound(a_sound(500, ms));
    poll(ms);
    picture_loss(ms, 3333);  // he is there
  }
  EXPECT_NEAR(static_cast<double>(stream_->target_bps()), 1e6 - 520 * 8 * 50, 15e3);
  EXPECT_EQ(stream_->statistics().target_bps, 1'000'000U) << "the line's";
  stream_->on_frame(a_frame(50'000, 2100, true), at(2100));
  EXPECT_GT(stream_->backlog(), alone);
  poll(3050);
  poll(4050);
  EXPECT_EQ(stream_->target_bps(), 1'000'000U) << "it is quiet again";
}

TEST_F(Viewer, WithoutSoundItIsLeftOut) {
  stream_->on_sound(a_sound(100, 0, true));
  EXPECT_TRUE(poll(0).empty());
}

}  // namespace
}  // namespace turnpike::rtc
