#include "cobrowse/renderer/rtc/round_trip.h"

#include <algorithm>

namespace turnpike::rtc {
namespace {

constexpr Duration kLeast = milliseconds(1);
constexpr int kWeight = 4;  // a new value counts a quarter

}  // namespace

void RoundTrip::on_sender_report(std::uint32_t ntp_middle, MonotonicTime now) {
  sent_[next_++ % sent_.size()] = {.ntp_middle = ntp_middle, .at = now};
}

void RoundTrip::on_report(const ReportBlock& block, MonotonicTime now) {
  if (block.last_sr == 0) return;
  const auto* sent = std::ranges::find(sent_, block.last_sr, &Sent::ntp_middle);
  if (sent == sent_.end()) return;
  const Duration kept = Duration(seconds(1)) * block.since_last_sr / 65536;
  const Duration measured = now - sent->at - kept;
  if (measured < Duration(0)) return;
  const Duration rtt = std::max(measured, kLeast);
  smoothed_ = smoothed_ ? *smoothed_ + (rtt - *smoothed_) / kWeight : rtt;
}

}  // namespace turnpike::rtc
