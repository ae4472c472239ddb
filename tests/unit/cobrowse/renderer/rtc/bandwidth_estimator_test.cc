#include "cobrowse/renderer/rtc/bandwidth_estimator.h"

#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "tests/unit/cobrowse/renderer/rtc/fake_link.h"

namespace turnpike::rtc {
namespace {

constexpr RateBounds kBounds{.min_bps = 100'000, .start_bps = 1'000'000, .max_bps = 5'000'000};
constexpr double kPacket = 1200;
constexpr double kSoundPacket = 140;
constexpr Duration kStep = milliseconds(5);

/// A sender that always has as much to send as it may, up to `most_bps`; feedback each 50 ms, a
/// round trip later.
class Sender {
 public:
  explicit Sender(FakeLink link, const RateBounds& bounds = kBounds)
      : link_(std::move(link)), estimator_(bounds) {}

  void for_time(Duration time) {
    const MonotonicTime end = now_ + time;
    for (; now_ < end; now_ += kStep) {
      credit_ += std::min(bps(), most_bps) / 8 * 0.005;
      for (; credit_ >= packet(); credit_ -= packet()) send();
      if (++steps_ % 10 == 0) feed_back();
    }
  }
  double mean_bps_over(Duration time) {
    double sum = 0;
    const int parts = 100;
    for (int i = 0; i < parts; ++i) {
      for_time(time / parts);
      sum += bps();
      longest_queue_ = std::max(longest_queue_, link_.queue(now_));
    }
    return sum / parts;
  }
  double bps() const { return static_cast<double>(estimator_.target_bps()); }
  Duration longest_queue() const { return longest_queue_; }
  /// As Opus does over a page that stands still.
  void sound_alone() { most_bps = 56e3; }
  double most_bps = 1e9;
  FakeLink& link() { return link_; }
  BandwidthEstimator& estimator() { return estimator_; }

 private:
  double packet() const { return most_bps < 100e3 ? kSoundPacket : kPacket; }
  void send() {
    const auto size = static_cast<std::size_t>(packet());
    const auto arrival = link_.send(now_, size);
    PacketResult result{.sent = now_, .bytes = size};
    if (arrival) {
      // The viewer's clock is another one, and has ticks of 250 µs.
      const auto us = std::chrono::duration_cast<std::chrono::microseconds>(
          *arrival - MonotonicTime(seconds(77)));
      result.arrival = ArrivalTime(us.count() / 250 * 250);
    }
    on_way_.emplace_back(arrival.value_or(now_ + link_.queue(now_)), result);
  }
  void feed_back() {
    std::vector<PacketResult> results;
    while (!on_way_.empty() && on_way_.front().first + link_.delay <= now_) {
      results.push_back(on_way_.front().second);
      on_way_.pop_front();
    }
    estimator_.on_feedback(results, now_);
  }

  FakeLink link_;
  BandwidthEstimator estimator_;
  MonotonicTime now_{seconds(100)};
  std::deque<std::pair<MonotonicTime, PacketResult>> on_way_;
  double credit_ = 0;
  std::uint64_t steps_ = 0;
  Duration longest_queue_{};
};

TEST(BandwidthEstimator, StartsAtTheStart) {
  EXPECT_EQ(BandwidthEstimator(kBounds).target_bps(), 1'000'000U);
}

TEST(BandwidthEstimator, GrowsToTheMostWhereThereIsRoom) {
  Sender run({.capacity_bps = 100e6});
  run.for_time(seconds(6));
  EXPECT_EQ(run.bps(), 5e6);
}

TEST(BandwidthEstimator, GrowsInSpiteOfJitter) {
  Sender run({.capacity_bps = 100e6, .jitter = milliseconds(8)});
  run.for_time(seconds(20));
  EXPECT_GT(run.mean_bps_over(seconds(20)), 4e6);
}

TEST(BandwidthEstimator, SettlesBelowANarrowPath) {
  Sender run({.capacity_bps = 1e6});
  run.for_time(seconds(15));
  const double mean = run.mean_bps_over(seconds(30));
  EXPECT_LT(mean, 1.02e6);
  EXPECT_GT(mean, 0.6e6);
  EXPECT_LT(run.longest_queue(), milliseconds(400));
}

TEST(BandwidthEstimator, APathThatDropsMuchIsNarrow) {
  BandwidthEstimator estimator({.min_bps = 50'000, .start_bps = 1'500'000, .max_bps = 3'000'000});
  std::vector<PacketResult> results;
  const MonotonicTime now{seconds(100)};
  for (int i = 0; i < 60; ++i) {
    PacketResult& one = results.emplace_back();
    one = {.sent = now + milliseconds(i), .bytes = 1200};
    if (i % 10 == 0) one.arrival = milliseconds(60 + 32 * i / 10);
  }
  EXPECT_FALSE(estimator.is_narrow());
  estimator.on_feedback(results, now + milliseconds(400));
  EXPECT_TRUE(estimator.is_narrow());
  EXPECT_LT(estimator.target_bps(), 500'000U);
  const std::uint64_t after = estimator.target_bps();
  for (PacketResult& one : results) one.arrival.reset();
  estimator.on_feedback(results, now + milliseconds(500));
  EXPECT_GE(estimator.target_bps(), after) << "they left before it slowed down";
}

TEST(BandwidthEstimator, FollowsAPathThatChanges) {
  Sender run({.capacity_bps = 3e6});
  run.for_time(seconds(20));
  run.link().capacity_bps = 0.8e6;
  run.for_time(seconds(8));
  const double narrow = run.mean_bps_over(seconds(10));
  EXPECT_LT(narrow, 0.85e6);
  EXPECT_GT(narrow, 0.4e6);
  run.link().capacity_bps = 10e6;
  run.for_time(seconds(40));
  EXPECT_GT(run.bps(), 3e6);
}

TEST(BandwidthEstimator, LittleRandomLossIsNoReason) {
  Sender run({.capacity_bps = 100e6, .loss_percent = 2});
  run.for_time(seconds(6));
  EXPECT_GT(run.mean_bps_over(seconds(60)), 4.5e6);
  EXPECT_NEAR(run.estimator().loss_fraction(), 0.02, 0.02);
}

TEST(BandwidthEstimator, MuchLossIs) {
  Sender run({.capacity_bps = 100e6});
  run.for_time(seconds(6));
  run.link().loss_percent = 20;
  run.for_time(seconds(10));
  EXPECT_LT(run.bps(), 2.5e6);
  EXPECT_GE(run.bps(), 100e3);
}

TEST(BandwidthEstimator, TheSameTraceGivesTheSameRates) {
  Sender one({.capacity_bps = 1.5e6, .loss_percent = 3});
  Sender two({.capacity_bps = 1.5e6, .loss_percent = 3});
  for (int i = 0; i < 20; ++i) {
    one.for_time(seconds(1));
    two.for_time(seconds(1));
    EXPECT_EQ(one.bps(), two.bps());
  }
}

// The delay of a path that somebody else fills, or that is away for a moment, says nothing of what
// it carries while hardly anything is sent.
TEST(BandwidthEstimator, ABumpUnderSoundAloneCostsLittle) {
  Sender run({.capacity_bps = 100e6});
  run.for_time(seconds(8));
  run.sound_alone();
  run.for_time(seconds(2));
  for (int i = 0; i < 10; ++i) {
    run.link().delay += milliseconds(6);
    run.for_time(milliseconds(60));
  }
  for (int i = 0; i < 10; ++i) {
    run.link().delay -= milliseconds(6);
    run.for_time(milliseconds(20));
  }
  run.for_time(seconds(2));
  EXPECT_GT(run.bps(), 2.5e6);
}

TEST(BandwidthEstimator, AShortOutageUnderSoundAloneCostsLittle) {
  Sender run({.capacity_bps = 100e6});
  run.for_time(seconds(8));
  run.sound_alone();
  run.for_time(seconds(2));
  run.link().loss_percent = 100;
  run.for_time(milliseconds(1200));
  run.link().loss_percent = 0;
  run.for_time(seconds(2));
  EXPECT_GT(run.bps(), 1e6);
  EXPECT_FALSE(run.estimator().is_narrow());
  run.most_bps = 1e9;
  run.for_time(seconds(15));
  EXPECT_GT(run.bps(), 3e6);
}

MonotonicTime at_s(std::int64_t s) {
  return MonotonicTime(seconds(100 + s));
}

TEST(BandwidthEstimator, RembWhereThereIsNoFeedback) {
  BandwidthEstimator estimator(kBounds);
  estimator.on_remb(2'000'000, at_s(0));
  EXPECT_EQ(estimator.target_bps(), 2'000'000U);
  estimator.on_remb(1, at_s(1));
  EXPECT_EQ(estimator.target_bps(), kBounds.min_bps);
  estimator.on_remb(UINT64_MAX, at_s(2));
  EXPECT_EQ(estimator.target_bps(), kBounds.max_bps);
  estimator.on_feedback(
      std::vector<PacketResult>{{.sent = at_s(2), .arrival = ArrivalTime(1), .bytes = 100}},
      at_s(3));
  estimator.on_remb(150'000, at_s(4));
  EXPECT_EQ(estimator.target_bps(), kBounds.start_bps) << "feedback knows better";
}

TEST(BandwidthEstimator, ReportsAloneGrowAndShrink) {
  BandwidthEstimator estimator(kBounds);
  for (int s = 0; s < 10; ++s) estimator.on_loss(0, at_s(s));
  const std::uint64_t grown = estimator.target_bps();
  EXPECT_GT(grown, 1'800'000U);
  EXPECT_LT(grown, 2'400'000U);
  for (int s = 10; s < 15; ++s) estimator.on_loss(0.3, at_s(s));
  EXPECT_LT(estimator.target_bps(), grown / 2);
}

TEST(BandwidthEstimator, SilenceMakesCareful) {
  BandwidthEstimator estimator(kBounds);
  estimator.on_silence();
  EXPECT_EQ(estimator.target_bps(), 700'000U);
  for (int i = 0; i < 20; ++i) estimator.on_silence();
  EXPECT_EQ(estimator.target_bps(), kBounds.min_bps);
}

}  // namespace
}  // namespace turnpike::rtc
