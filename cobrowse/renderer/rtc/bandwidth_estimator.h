// How much a viewer's path carries. From transport-wide feedback (delay and loss) where the browser
// sends it, else from REMB and the loss in receiver reports. Deterministic; no padding, no probes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"
#include "cobrowse/renderer/rtc/delay_detector.h"
#include "cobrowse/renderer/rtc/delay_rate.h"
#include "cobrowse/renderer/rtc/delivery_rate.h"
#include "cobrowse/renderer/rtc/loss_rate.h"
#include "cobrowse/renderer/rtc/sent_packets.h"

namespace turnpike::rtc {

class BandwidthEstimator {
 public:
  /// 0 < min_bps <= start_bps <= max_bps
  explicit BandwidthEstimator(const RateBounds& bounds);

  void on_rtt(Duration rtt) { rtt_ = rtt; }
  /// What one feedback told, in the order of sending.
  void on_feedback(std::span<const PacketResult> results, MonotonicTime now);
  /// REMB; counts only while there is no transport-wide feedback.
  void on_remb(std::uint64_t bps, MonotonicTime now);
  /// The share in a receiver report, 0…1; counts only while there is no transport-wide feedback.
  void on_loss(double fraction, MonotonicTime now);
  /// Packets were sent, and nothing has come back for a second: carefully then.
  void on_silence();

  /// Within the bounds.
  std::uint64_t target_bps() const;
  double loss_fraction() const { return loss_.fraction(); }
  /// The path was full at some time and dropped what was too much: its queue is a short one. One
  /// that only grew says less, for a busy machine looks the same.
  bool is_narrow() const { return is_narrow_; }

 private:
  bool has_feedback(MonotonicTime now) const;

  const RateBounds bounds_;
  DelayDetector detector_;
  DeliveryRate delivered_;
  DeliveryRate sent_;  // on our clock, of what feedback tells of
  DelayRate delay_;
  LossRate loss_;
  bool is_narrow_ = false;
  std::optional<double> remb_bps_;
  std::optional<MonotonicTime> last_feedback_;
  MonotonicTime reported_{};  // last receiver report that counted
  Duration rtt_ = milliseconds(100);
};

}  // namespace turnpike::rtc
