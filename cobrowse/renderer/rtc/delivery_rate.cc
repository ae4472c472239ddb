#include "cobrowse/renderer/rtc/delivery_rate.h"

namespace turnpike::rtc {
namespace {

constexpr ArrivalTime kShortWindow = milliseconds(150);
constexpr ArrivalTime kLongWindow = milliseconds(500);
constexpr std::size_t kMaxArrived = 4096;

}  // namespace

void DeliveryRate::on_packet(ArrivalTime arrival, std::size_t bytes) {
  if (!first_) first_ = arrival;
  // Out of order: it came with the newest, as far as this is concerned.
  if (!arrived_.empty() && arrival < arrived_.back().at) arrival = arrived_.back().at;
  arrived_.push_back({.at = arrival, .bytes = bytes});
  while (arrived_.size() > kMaxArrived || arrived_.front().at <= arrival - kLongWindow) {
    arrived_.pop_front();
  }
}

double DeliveryRate::over(ArrivalTime window) const {
  double bytes = 0;
  const ArrivalTime begin = arrived_.back().at - window;
  for (auto one = arrived_.rbegin(); one != arrived_.rend() && one->at > begin; ++one) {
    bytes += static_cast<double>(one->bytes);
  }
  return bytes * 8 / std::chrono::duration<double>(window).count();
}

std::optional<double> DeliveryRate::bps() const {
  if (arrived_.empty() || arrived_.back().at - *first_ < kShortWindow) return std::nullopt;
  return std::max(over(kShortWindow), over(kLongWindow));
}

}  // namespace turnpike::rtc
