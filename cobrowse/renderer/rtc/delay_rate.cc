#include "cobrowse/renderer/rtc/delay_rate.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace turnpike::rtc {
namespace {

constexpr double kStartGrowth = 2;  // per second
constexpr double kGrowth = 1.08;
constexpr double kLeastGrowthBps = 30'000;  // per second: a narrow line is not found for minutes
constexpr double kPacketBits = 1200 * 8;
constexpr double kBackOff = 0.85;
constexpr double kNear = 1.15;  // times the known capacity: from here on carefully
constexpr double kStale = 1.5;  // times the known capacity has arrived: it is another one now
constexpr double kAhead = 1.5;  // times what arrives: what is not used is not known to work
constexpr double kAheadBps = 50'000;
constexpr double kCapacityWeight = 0.3;
constexpr Duration kLeastPause = milliseconds(100);
constexpr Duration kMostPause = milliseconds(400);

double in_s(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

DelayRate::DelayRate(const RateBounds& bounds)
    : bounds_(bounds), bps_(static_cast<double>(bounds.start_bps)) {
  CHECK(bounds.min_bps > 0 && bounds.min_bps <= bounds.start_bps &&
        bounds.start_bps <= bounds.max_bps);
}

void DelayRate::update(const Input& input, MonotonicTime now) {
  const double dt_s = updated_ ? std::clamp(in_s(now - *updated_), 0.0, 1.0) : 0;
  updated_ = now;
  switch (input.use) {
    case PathUse::kNormal:
      increase(input, dt_s);
      break;
    case PathUse::kOver:
      decrease(input, now);
      break;
    case PathUse::kUnder:
      break;  // the queue empties: nothing is learnt from that
  }
  limit(static_cast<double>(bounds_.max_bps));
}

void DelayRate::limit(double bps) {
  bps_ = std::clamp(std::min(bps_, bps), static_cast<double>(bounds_.min_bps),
                    static_cast<double>(bounds_.max_bps));
}

void DelayRate::fall_to(double bps) {
  is_starting_ = false;
  capacity_ = bps;
  limit(bps * kBackOff);
}

void DelayRate::grow(double factor) {
  bps_ *= factor;
  limit(static_cast<double>(bounds_.max_bps));
}

void DelayRate::increase(const Input& input, double dt_s) {
  const double delivered = input.delivered_bps.value_or(0);
  if (capacity_ && delivered > kStale * *capacity_) capacity_.reset();
  double wanted = bps_;
  if (is_starting_) {
    wanted *= std::pow(kStartGrowth, dt_s);
  } else if (capacity_ && bps_ < *capacity_ * kNear && bps_ > *capacity_ * kBackOff) {
    wanted += kPacketBits / (in_s(input.rtt) + 0.1) * dt_s;
  } else {
    wanted += std::max(wanted * (std::pow(kGrowth, dt_s) - 1), kLeastGrowthBps * dt_s);
  }
  const double most = std::max(bps_, kAhead * delivered + kAheadBps);
  bps_ = std::min(wanted, most);
}

void DelayRate::decrease(const Input& input, MonotonicTime now) {
  is_starting_ = false;
  Duration pause = std::clamp(input.rtt + milliseconds(50), kLeastPause, kMostPause);
  if (input.is_idle) pause = kMostPause;  // it is hardly we who fill the path
  if (decreased_ && now - *decreased_ < pause) return;
  decreased_ = now;
  if (!input.delivered_bps || input.is_idle) {
    bps_ *= kBackOff;
    return;
  }
  const double delivered = *input.delivered_bps;
  capacity_ =
      capacity_ ? (1 - kCapacityWeight) * *capacity_ + kCapacityWeight * delivered : delivered;
  bps_ = std::min(0.95 * bps_, kBackOff * delivered);
}

}  // namespace turnpike::rtc
