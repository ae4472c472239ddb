// When the next packet may leave: small frames at once, large ones spread out, so that a key frame
// does not fill the queue of the narrowest link on the way.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace turnpike::rtc {

class Pacer {
 public:
  /// What may leave at once after a pause.
  static constexpr std::uint64_t kBurstBytes = 12'000;
  /// The same where the narrow place is known: its queue may hold a few packets only.
  static constexpr std::uint64_t kNarrowBurstBytes = 2'500;
  /// Times the estimate: what waits for the pacer is late already.
  static constexpr double kFactor = 2.5;
  /// The same where the narrow place is known: a key frame sent any faster is lost in its queue.
  static constexpr double kKnownFactor = 1.5;
  static constexpr double kNarrowFactor = 1.2;
  static constexpr std::uint64_t kNarrowBps = 1'000'000;  // there a key frame takes long

  explicit Pacer(std::uint64_t target_bps) : rate_(bytes_per_s(target_bps, kFactor)) {}

  /// `is_known`: more than `target_bps` has been tried, and did not get through.
  void set_target(std::uint64_t target_bps, bool is_known) {
    const double known = target_bps < kNarrowBps ? kNarrowFactor : kKnownFactor;
    rate_ = bytes_per_s(target_bps, is_known ? known : kFactor);
    is_known_ = is_known;
  }
  bool may_send(MonotonicTime now);
  void on_sent(std::size_t bytes) { budget_ -= static_cast<double>(bytes); }
  /// When may_send() will be true; now or before: it is.
  MonotonicTime next_time() const;
  /// How long `bytes` take where `other_bps` are sent beside them.
  Duration time_for(std::size_t bytes, std::uint64_t other_bps = 0) const;

 private:
  static double bytes_per_s(std::uint64_t target_bps, double factor) {
    return static_cast<double>(target_bps) / 8 * factor;
  }

  double burst() const;

  double rate_;
  bool is_known_ = false;
  double budget_ = kBurstBytes;
  MonotonicTime refilled_{};
};

}  // namespace turnpike::rtc
