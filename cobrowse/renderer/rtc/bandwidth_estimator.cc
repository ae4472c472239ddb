#include "cobrowse/renderer/rtc/bandwidth_estimator.h"

#include <algorithm>
#include <cmath>

namespace turnpike::rtc {
namespace {

constexpr Duration kFeedbackLasts = seconds(5);
constexpr double kGrowthWithoutDelay = 1.08;  // per second, where only the loss is known
constexpr double kLossForGrowth = 0.02;
constexpr double kSilenceBackOff = 0.7;
// From here on it is no radio that loses: the narrow place drops what is too much for it.
constexpr double kLossOfTheFull = 0.3;
// Of the target: who sends less does not learn what the path carries.
constexpr double kIdle = 0.25;

ArrivalTime on_our_clock(MonotonicTime sent) {
  return std::chrono::duration_cast<ArrivalTime>(sent.time_since_epoch());
}

}  // namespace

BandwidthEstimator::BandwidthEstimator(const RateBounds& bounds)
    : bounds_(bounds), delay_(bounds), loss_(bounds) {}

bool BandwidthEstimator::has_feedback(MonotonicTime now) const {
  return last_feedback_ && now - *last_feedback_ < kFeedbackLasts;
}

void BandwidthEstimator::on_feedback(std::span<const PacketResult> results, MonotonicTime now) {
  if (results.empty()) return;
  last_feedback_ = now;
  remb_bps_.reset();
  std::uint64_t counted = 0, lost = 0;
  std::optional<PathUse> news;
  for (const PacketResult& result : results) {
    sent_.on_packet(on_our_clock(result.sent), result.bytes);
    if (result.sent >= loss_.decreased()) {
      ++counted;
      if (!result.arrival) ++lost;
    }
    if (!result.arrival) continue;
    delivered_.on_packet(*result.arrival, result.bytes);
    const auto use = detector_.on_packet(result.sent, *result.arrival);
    if (use && news != PathUse::kOver) news = use;
  }
  // A queue that was growing when it was last looked at: wait for the next group.
  const PathUse known = detector_.use() == PathUse::kNormal ? PathUse::kNormal : PathUse::kUnder;
  const auto before_bps = static_cast<double>(target_bps());
  const bool is_idle = sent_.bps().value_or(before_bps) < kIdle * before_bps;
  if (loss_.on_packets(counted, lost, before_bps, now) && loss_.fraction() > kLossOfTheFull &&
      !is_idle) {
    is_narrow_ = true;
    delay_.fall_to(delivered_.bps().value_or(before_bps * (1 - loss_.fraction())));
  }
  delay_.update({.use = news.value_or(known),
                 .delivered_bps = delivered_.bps(),
                 .is_idle = is_idle,
                 .rtt = rtt_},
                now);
}

void BandwidthEstimator::on_remb(std::uint64_t bps, MonotonicTime now) {
  if (has_feedback(now)) return;
  remb_bps_ = static_cast<double>(bps);
}

void BandwidthEstimator::on_loss(double fraction, MonotonicTime now) {
  if (has_feedback(now)) return;
  loss_.on_fraction(fraction, static_cast<double>(target_bps()), now);
  const double dt_s = std::clamp(std::chrono::duration<double>(now - reported_).count(), 0.0, 1.0);
  reported_ = now;
  if (remb_bps_ || fraction > kLossForGrowth) return;
  delay_.grow(std::pow(kGrowthWithoutDelay, dt_s));
}

void BandwidthEstimator::on_silence() {
  delay_.limit(static_cast<double>(target_bps()) * kSilenceBackOff);
  if (remb_bps_) *remb_bps_ *= kSilenceBackOff;
}

std::uint64_t BandwidthEstimator::target_bps() const {
  const double delay_bps = remb_bps_.value_or(delay_.bps());
  const double bps =
      std::clamp(std::min(delay_bps, loss_.bps()), static_cast<double>(bounds_.min_bps),
                 static_cast<double>(bounds_.max_bps));
  return static_cast<std::uint64_t>(bps);
}

}  // namespace turnpike::rtc
