#include "cobrowse/renderer/rtc/delay_detector.h"

#include <algorithm>
#include <cmath>

namespace turnpike::rtc {
namespace {

constexpr Duration kGroupTime = milliseconds(5);
constexpr ArrivalTime kStuckTogether = milliseconds(5);
constexpr ArrivalTime kLongestStuck = milliseconds(100);
constexpr double kClockJumpMs = 3000;
constexpr std::size_t kPoints = 20;
constexpr double kSmoothing = 0.9;
constexpr double kGain = 4;
constexpr std::uint32_t kMaxDeltas = 60;
// The threshold follows the trend slowly upwards and quickly downwards.
constexpr double kRise = 0.0087;
constexpr double kFall = 0.039;
constexpr double kIgnoredAbove = 15;
constexpr double kLeastThreshold = 6;
constexpr double kMostThreshold = 600;
constexpr double kLongestStepMs = 100;
constexpr double kOverTimeMs = 10;

double in_ms(auto duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

bool DelayDetector::belongs(MonotonicTime sent, ArrivalTime arrival) const {
  if (sent - current_->first_sent <= kGroupTime) return true;
  const ArrivalTime gap = arrival - current_->last_arrival;
  return gap <= kStuckTogether && gap < sent - current_->last_sent &&
         arrival - current_->first_arrival < kLongestStuck;
}

std::optional<PathUse> DelayDetector::on_packet(MonotonicTime sent, ArrivalTime arrival) {
  if (current_ && sent < current_->first_sent) return std::nullopt;
  if (current_ && belongs(sent, arrival)) {
    current_->last_sent = std::max(current_->last_sent, sent);
    current_->last_arrival = std::max(current_->last_arrival, arrival);
    return std::nullopt;
  }
  const std::optional<PathUse> news = current_ ? end_group() : std::nullopt;
  last_ = current_;
  current_ = Group{
      .first_sent = sent, .last_sent = sent, .first_arrival = arrival, .last_arrival = arrival};
  return news;
}

std::optional<PathUse> DelayDetector::end_group() {
  if (!last_) return std::nullopt;
  const double sent_ms = in_ms(current_->last_sent - last_->last_sent);
  const double arrival_ms = in_ms(current_->last_arrival - last_->last_arrival);
  if (std::abs(arrival_ms - sent_ms) > kClockJumpMs) {
    restart();
    return std::nullopt;
  }
  if (arrival_ms < 0) return std::nullopt;
  on_group(sent_ms, arrival_ms, current_->last_arrival);
  return use_;
}

void DelayDetector::restart() {
  points_.clear();
  first_arrival_.reset();
  adapted_.reset();
  delay_ms_ = smoothed_ms_ = over_ms_ = last_trend_ = 0;
  deltas_ = over_count_ = 0;
  use_ = PathUse::kNormal;
}

void DelayDetector::on_group(double sent_ms, double arrival_ms, ArrivalTime now) {
  if (!first_arrival_) first_arrival_ = now;
  deltas_ = std::min(deltas_ + 1, kMaxDeltas);
  delay_ms_ += arrival_ms - sent_ms;
  smoothed_ms_ = kSmoothing * smoothed_ms_ + (1 - kSmoothing) * delay_ms_;
  points_.push_back({.at_ms = in_ms(now - *first_arrival_), .delay_ms = smoothed_ms_});
  if (points_.size() > kPoints) points_.pop_front();
  if (points_.size() < kPoints) return;
  const double trend = deltas_ * slope() * kGain;
  detect(trend, sent_ms);
  adapt_threshold(trend, now);
  last_trend_ = trend;
}

/// Least squares.
double DelayDetector::slope() const {
  double mean_at = 0;
  double mean_delay = 0;
  for (const Point& p : points_) {
    mean_at += p.at_ms / static_cast<double>(points_.size());
    mean_delay += p.delay_ms / static_cast<double>(points_.size());
  }
  double above = 0;
  double below = 0;
  for (const Point& p : points_) {
    above += (p.at_ms - mean_at) * (p.delay_ms - mean_delay);
    below += (p.at_ms - mean_at) * (p.at_ms - mean_at);
  }
  return below > 0 ? above / below : 0;
}

void DelayDetector::detect(double trend, double sent_ms) {
  if (trend <= threshold_) {
    over_ms_ = 0;
    over_count_ = 0;
    use_ = trend < -threshold_ ? PathUse::kUnder : PathUse::kNormal;
    return;
  }
  over_ms_ += sent_ms;
  ++over_count_;
  if (over_ms_ <= kOverTimeMs || over_count_ < 2 || trend < last_trend_) return;
  over_ms_ = 0;
  over_count_ = 0;
  use_ = PathUse::kOver;
}

void DelayDetector::adapt_threshold(double trend, ArrivalTime now) {
  const double step_ms = adapted_ ? std::min(in_ms(now - *adapted_), kLongestStepMs) : 0;
  adapted_ = now;
  const double distance = std::abs(trend) - threshold_;
  if (distance > kIgnoredAbove) return;  // a sudden spike is no reason to become deaf
  threshold_ += (distance < 0 ? kFall : kRise) * distance * step_ms;
  threshold_ = std::clamp(threshold_, kLeastThreshold, kMostThreshold);
}

}  // namespace turnpike::rtc
