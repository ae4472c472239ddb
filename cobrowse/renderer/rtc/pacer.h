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
  /// Times the estimate: what waits for the pacer is late already.
  static constexpr double kFactor = 2.5;

  explicit Pacer(std::uint64_t target_bps) : rate_(bytes_per_s(target_bps)) {}

  void set_target(std::uint64_t target_bps) { rate_ = bytes_per_s(target_bps); }
  bool may_send(MonotonicTime now);
  void on_sent(std::size_t bytes) { budget_ -= static_cast<double>(bytes); }
  /// When may_send() will be true; now or before: it is.
  MonotonicTime next_time() const;
  /// How long `bytes` take.
  Duration time_for(std::size_t bytes) const;

 private:
  static double bytes_per_s(std::uint64_t target_bps) {
    return static_cast<double>(target_bps) / 8 * kFactor;
  }

  double rate_;
  double budget_ = kBurstBytes;
  MonotonicTime refilled_{};
};

}  // namespace turnpike::rtc
