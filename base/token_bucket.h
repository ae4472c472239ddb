// A token bucket in integer arithmetic: so much per second, so much at once.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace turnpike {

class TokenBucket {
 public:
  TokenBucket() = default;
  /// `rate_per_s` 0 means no limit. Starts full.
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
    constexpr std::uint64_t kFullAfterUs = 60'000'000;
    if (elapsed_us >= kFullAfterUs) {
      level_ = burst_;
      last_ = now;
      return;
    }
    const std::uint64_t added = elapsed_us * rate_per_s_ / 1'000'000;
    if (added == 0) return;  // keep the remainder for the next call
    level_ = std::min(burst_, level_ + added);
    last_ += std::chrono::microseconds(added * 1'000'000 / rate_per_s_);
    if (level_ == burst_) last_ = now;
  }

  std::uint64_t rate_per_s_ = 0;
  std::uint64_t burst_ = 0;
  std::uint64_t level_ = 0;
  MonotonicTime last_{};
};

}  // namespace turnpike
