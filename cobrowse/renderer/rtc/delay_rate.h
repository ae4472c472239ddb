// The rate that the delay allows: up while the path is used normally, quickly until it was too much
// for the first time, carefully near the known capacity; down at once when a queue grows.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "cobrowse/renderer/rtc/delay_detector.h"

namespace turnpike::rtc {

struct RateBounds {
  std::uint64_t min_bps = 100'000;
  std::uint64_t start_bps = 1'000'000;
  std::uint64_t max_bps = 8'000'000;
};

class DelayRate {
 public:
  explicit DelayRate(const RateBounds& bounds);

  struct Input {
    PathUse use = PathUse::kNormal;
    std::optional<double> delivered_bps{};
    bool is_idle = false;  // much less was sent than might be: what arrives says little
    Duration rtt{};
  };
  /// Once per feedback.
  void update(const Input& input, MonotonicTime now);
  double bps() const { return bps_; }
  /// For where nothing is known of the delay.
  void grow(double factor);
  /// From elsewhere it is known that no more than this gets through.
  void limit(double bps);
  /// The same, and the path is full: `bps` is what arrived.
  void fall_to(double bps);

 private:
  void increase(const Input& input, double dt_s);
  void decrease(const Input& input, MonotonicTime now);

  const RateBounds bounds_;
  double bps_;
  bool is_starting_ = true;         // no queue has grown so far
  std::optional<double> capacity_;  // what arrived when one grew, averaged
  std::optional<MonotonicTime> updated_;
  std::optional<MonotonicTime> decreased_;
};

}  // namespace turnpike::rtc
