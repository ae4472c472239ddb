// A token bucket in integer arithmetic: so much per second, so much at once.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace turnpike {

class TokenBucket {
 public:
  TokenBucket() = default;
  /// `rate_per_s` 0 means no limit; at most 10^11. Starts full, and is full again after a minute
  /// without use.
  TokenBucket(std::uint64_t rate_per_s, std::uint64_t burst)
      : rate_per_s_(rate_per_s), burst_(burst), level_(burst) {}

  bool unlimited() const { return rate_per_s_ == 0; }

  /// Takes `amount` if it is there; otherwise takes nothing.
  bool take(MonotonicTime now, std::uint64_t amount) {
    if (unlimited()) return true;
    refill(now);
    if (level_ < amount) return false;
    level_ -= amount;
    return true;
  }

 private:
  void refill(MonotonicTime now) {
    if (now <= last_) return;
    const auto elapsed_us = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now - last_).count());
    if (elapsed_us >= kFullAfterUs) {
      level_ = burst_;
      fraction_ = 0;
      last_ = now;
      return;
    }
    const std::uint64_t credit = elapsed_us * rate_per_s_ + fraction_;
    const std::uint64_t added = credit / kPerUnit;
    level_ = added < burst_ - level_ ? level_ + added : burst_;
    fraction_ = level_ == burst_ ? 0 : credit % kPerUnit;
    last_ +=
        std::chrono::microseconds(elapsed_us);  // what is left of a microsecond counts next time
  }

  static constexpr std::uint64_t kPerUnit = 1'000'000;
  static constexpr std::uint64_t kFullAfterUs = 60'000'000;

  std::uint64_t rate_per_s_ = 0;
  std::uint64_t burst_ = 0;
  std::uint64_t level_ = 0;
  std::uint64_t fraction_ = 0;  // millionths of a unit, below one unit
  MonotonicTime last_{};
};

}  // namespace turnpike
