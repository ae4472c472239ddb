#include "cobrowse/renderer/rtc/loss_rate.h"

#include <algorithm>
#include <cmath>

namespace turnpike::rtc {
namespace {

constexpr double kLittle = 0.04;
constexpr double kMuch = 0.1;
constexpr double kGrowth = 1.08;  // per second
constexpr Duration kWindow = milliseconds(800);
constexpr std::uint64_t kLeastPackets = 30;

}  // namespace

LossRate::LossRate(const RateBounds& bounds)
    : bounds_(bounds), bps_(static_cast<double>(bounds.max_bps)) {}

bool LossRate::on_packets(std::uint64_t packets, std::uint64_t lost, double current_bps,
                          MonotonicTime now) {
  if (packets_ == 0) window_began_ = now;
  packets_ += packets;
  lost_ += lost;
  if (packets_ < kLeastPackets) return false;
  const bool is_obvious = lost_ * 2 > packets_;
  if (now - (is_obvious ? updated_ : window_began_) < kWindow) return false;
  on_fraction(static_cast<double>(lost_) / static_cast<double>(packets_), current_bps, now);
  packets_ = 0;
  lost_ = 0;
  return true;
}

void LossRate::on_fraction(double lost, double current_bps, MonotonicTime now) {
  fraction_ = lost;
  const double dt_s = std::clamp(std::chrono::duration<double>(now - updated_).count(), 0.0, 1.0);
  updated_ = now;
  if (lost > kMuch) {
    bps_ = std::min(bps_, current_bps) * (1 - 0.5 * lost);
    decreased_ = now;
  } else if (lost < kLittle) {
    bps_ *= std::pow(kGrowth, dt_s);
  }
  bps_ =
      std::clamp(bps_, static_cast<double>(bounds_.min_bps), static_cast<double>(bounds_.max_bps));
}

}  // namespace turnpike::rtc
