// A viewer's stream over a path with loss or little room, to a browser that asks for what is
// missing: all in virtual time.
#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "cobrowse/renderer/rtc/viewer_stream.h"
#include "tests/unit/cobrowse/renderer/rtc/fake_link.h"
#include "tests/unit/cobrowse/renderer/rtc/fake_receiver.h"
#include "tests/unit/cobrowse/renderer/rtc/stream_fixture.h"

namespace turnpike::rtc {
namespace {

/// Encoder, stream, path and browser in virtual time.
class Session {
 public:
  Session(const StreamSettings& how, FakeLink link, bool with_feedback = true)
      : link_(std::move(link)), stream_(how, rng_), with_feedback_(with_feedback) {}

  /// 30 frames a second at `share` of what the stream says; a key frame where it is asked for.
  void run(std::int64_t for_ms, double share = 0.8) {
    for (const std::int64_t end = ms_ + for_ms; ms_ < end; ++ms_) {
      if (ms_ % 33 == 0) encode(share);
      out_.clear();
      if (stream_.next_deadline() <= at(ms_).monotonic) stream_.poll(at(ms_), out_);
      for (std::size_t i = 0; i < out_.size(); ++i) transmit(i);
      deliver();
      if (ms_ % 50 == 0 && receiver.reports > 0) {
        back_.emplace_back(ms_ + 20, receiver.make_rtcp(at(ms_).monotonic, with_feedback_));
      }
      while (!back_.empty() && back_.front().first <= ms_) {
        stream_.on_rtcp(back_.front().second, at(ms_));
        back_.pop_front();
      }
    }
  }

  std::vector<EncodedFrame> encoded;
  FakeReceiver receiver{1111, 2222};
  ViewerStream& stream() { return stream_; }
  FakeLink& link() { return link_; }
  std::int64_t ms() const { return ms_; }

 private:
  struct OnWay {
    std::vector<std::uint8_t> bytes;
    bool is_rtcp = false;
  };
  void encode(double share) {
    const bool is_key = stream_.take_key_frame_request(at(ms_));
    const auto mean =
        static_cast<std::uint64_t>(static_cast<double>(stream_.target_bps()) * share / 8 / 30);
    const std::size_t size = is_key ? 60'000 : mean / 2 + rng_.below(mean + 1);
    encoded.push_back(a_frame(size, ms_, is_key));
    stream_.on_frame(encoded.back(), at(ms_));
  }
  void transmit(std::size_t i) {
    const Bytes packet = out_.packet(i);
    const bool is_first = sent_++ == 0;
    auto arrival = link_.send(at(ms_).monotonic, packet.size());
    if (is_first || out_.is_rtcp(i)) arrival = at(ms_).monotonic + milliseconds(20);
    if (!arrival) return;
    way_.emplace(*arrival, OnWay{{packet.begin(), packet.end()}, out_.is_rtcp(i)});
  }
  void deliver() {
    while (!way_.empty() && way_.begin()->first <= at(ms_).monotonic) {
      const auto& [time, packet] = *way_.begin();
      if (packet.is_rtcp) {
        receiver.on_rtcp(packet.bytes, time);
      } else {
        receiver.on_rtp(packet.bytes, time);
      }
      way_.erase(way_.begin());
    }
  }

  SeededRng rng_{5};
  FakeLink link_;
  ViewerStream stream_;
  bool with_feedback_;
  Outgoing out_;
  std::int64_t ms_ = 0;
  std::size_t sent_ = 0;
  std::multimap<MonotonicTime, OnWay> way_;
  std::deque<std::pair<std::int64_t, std::vector<std::uint8_t>>> back_;
};

void expect_same_frames(const Session& session, std::size_t from = 0) {
  ASSERT_LE(session.receiver.frames.size() + from, session.encoded.size());
  for (std::size_t i = 0; i < session.receiver.frames.size(); ++i) {
    ASSERT_EQ(session.receiver.frames[i].data, session.encoded[from + i].data) << i;
  }
}

TEST(ViewerStreamSession, EveryFrameArrivesInSpiteOfLoss) {
  Session session(settings(), {.loss_percent = 5});
  session.run(20'000);
  session.link().loss_percent = 0;
  session.run(700);
  expect_same_frames(session);
  EXPECT_GE(session.receiver.frames.size() + 3, session.encoded.size());
  EXPECT_GT(session.receiver.frames.size(), 600U);
  const StreamStatistics statistics = session.stream().statistics();
  EXPECT_EQ(statistics.frames_dropped, 0U);
  EXPECT_GT(session.receiver.rtx_packets, statistics.packets / 30);
  EXPECT_LT(statistics.packets_resent, statistics.packets / 15) << "no more than were lost";
  ASSERT_TRUE(statistics.rtt);
  EXPECT_NEAR(static_cast<double>(*statistics.rtt / milliseconds(1)), 40, 5);
  EXPECT_GT(statistics.target_bps, 3'000'000U) << "random loss is no reason";
}

TEST(ViewerStreamSession, WithoutRtxToo) {
  StreamSettings plain = settings();
  plain.rtx_payload_type.reset();
  Session session(plain, {.loss_percent = 5});
  session.run(10'000);
  session.link().loss_percent = 0;
  session.run(700);
  expect_same_frames(session);
  EXPECT_GT(session.receiver.frames.size(), 300U);
  EXPECT_EQ(session.receiver.rtx_packets, 0U);
}

TEST(ViewerStreamSession, ANarrowPathIsNotFlooded) {
  Session session(settings(), {.capacity_bps = 800e3});
  session.run(20'000, 1);
  Duration longest{};
  std::uint64_t most = 0;
  for (int i = 0; i < 200; ++i) {
    session.run(50, 1);
    longest = std::max(longest, session.link().queue(at(session.ms()).monotonic));
    most = std::max(most, session.stream().target_bps());
  }
  EXPECT_LT(most, 1'000'000U);
  EXPECT_LT(longest, milliseconds(500));
  EXPECT_GT(session.stream().target_bps(), 300'000U);
  expect_same_frames(session);
}

TEST(ViewerStreamSession, WithoutFeedbackItGrowsSlowly) {
  StreamSettings old = settings();
  old.extensions = {};
  Session session(old, {}, false);
  session.run(10'000);
  expect_same_frames(session);
  EXPECT_GT(session.stream().target_bps(), 1'500'000U);
  EXPECT_LT(session.stream().target_bps(), 3'000'000U);
}

}  // namespace
}  // namespace turnpike::rtc
