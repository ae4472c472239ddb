#include "http/core/rate_limiter.h"

#include <algorithm>
#include <utility>

namespace turnpike::http {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);

Duration interval_of(const RateLimit& limit) {
  return limit.per_minute == 0 ? Duration::zero() : kMinute / limit.per_minute;
}

}  // namespace

RateLimiter::RateLimiter(const RateLimit& limit)
    : interval_(interval_of(limit)),
      ahead_(interval_ * (std::max(limit.burst, 1U) - 1)),
      max_keys_(std::max<std::size_t>(limit.max_keys, 1)) {}

std::uint64_t RateLimiter::take(std::string_view key, MonotonicTime now) {
  if (interval_ == Duration::zero()) return 0;
  const auto known = by_key_.find(key);
  if (known != by_key_.end()) {
    entries_.splice(entries_.begin(), entries_, known->second);
  } else {
    if (entries_.size() >= max_keys_) {
      by_key_.erase(entries_.back().key);
      entries_.pop_back();
    }
    entries_.push_front({std::string(key), now});
    by_key_.emplace(entries_.front().key, entries_.begin());
  }
  MonotonicTime& earned = entries_.front().earned;
  const MonotonicTime start = std::max(earned, now);
  if (start - now <= ahead_) {
    earned = start + interval_;
    return 0;
  }
  const auto wait = std::chrono::ceil<seconds>(start - now - ahead_);
  return static_cast<std::uint64_t>(wait.count());
}

}  // namespace turnpike::http
