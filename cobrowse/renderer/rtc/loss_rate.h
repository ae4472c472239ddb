// The rate that the loss allows (draft-ietf-rmcat-gcc-02, section 6): little loss is no reason to
// slow down, since radio links lose without being full; much is.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "cobrowse/renderer/rtc/delay_rate.h"

namespace turnpike::rtc {

class LossRate {
 public:
  /// Starts without a limit below the largest.
  explicit LossRate(const RateBounds& bounds);

  /// Of `packets` that the viewer has told of, `lost` did not arrive. `current_bps`: the rate they
  /// were sent at. True: a window is complete.
  bool on_packets(std::uint64_t packets, std::uint64_t lost, double current_bps, MonotonicTime now);
  /// A share that was measured elsewhere, 0…1.
  void on_fraction(double lost, double current_bps, MonotonicTime now);

  /// At most this.
  double bps() const { return bps_; }
  /// Packets that were sent before this tell of a rate that is not used any more.
  MonotonicTime decreased() const { return decreased_; }
  /// Of the last window that was complete, 0…1.
  double fraction() const { return fraction_; }

 private:
  const RateBounds bounds_;
  double bps_;
  double fraction_ = 0;
  std::uint64_t packets_ = 0;
  std::uint64_t lost_ = 0;
  MonotonicTime window_began_{};
  MonotonicTime updated_{};
  MonotonicTime decreased_{};
};

}  // namespace turnpike::rtc
