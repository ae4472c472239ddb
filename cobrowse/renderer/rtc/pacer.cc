#include "cobrowse/renderer/rtc/pacer.h"

#include <algorithm>
#include <cmath>

namespace turnpike::rtc {
namespace {

constexpr double kBurstTime = 0.01;  // at high rates the burst is what leaves in 10 ms
constexpr double kKnownBurstTime = 0.1;
constexpr double kLeastShare = 0.05;

Duration in_ns(double s) {
  return Duration(static_cast<std::int64_t>(std::ceil(s * 1e9)));
}

}  // namespace

double Pacer::burst() const {
  const auto most = static_cast<double>(kBurstBytes);
  if (!is_known_) return std::max(most, rate_ * kBurstTime);
  const double known =
      std::clamp(rate_ * kKnownBurstTime, static_cast<double>(kNarrowBurstBytes), most);
  return std::max(known, rate_ * kBurstTime);
}

bool Pacer::may_send(MonotonicTime now) {
  if (now > refilled_) {
    const double elapsed = std::chrono::duration<double>(now - refilled_).count();
    budget_ = std::min(budget_ + elapsed * rate_, std::max(burst(), std::min(budget_, 0.0)));
    refilled_ = now;
  }
  return budget_ >= 0;
}

MonotonicTime Pacer::next_time() const {
  return budget_ >= 0 ? refilled_ : refilled_ + in_ns(-budget_ / rate_);
}

Duration Pacer::time_for(std::size_t bytes, std::uint64_t other_bps) const {
  const double rest = rate_ - static_cast<double>(other_bps) / 8;
  return in_ns(static_cast<double>(bytes) / std::max(rest, rate_ * kLeastShare));
}

}  // namespace turnpike::rtc
