#include "http/core/rate_limiter.h"

#include <algorithm>
#include <utility>

namespace turnpike::http {
namespace {

/// A bucket counts per second: a request costs sixty, so that a limit per minute is exact.
constexpr std::uint64_t kCost = 60;

}  // namespace

RateLimiter::RateLimiter(const RateLimit& limit) : limit_(limit) {
  limit_.burst = std::max<std::uint64_t>(limit_.burst, 1);
  limit_.max_keys = std::max<std::size_t>(limit_.max_keys, 1);
}

std::uint64_t RateLimiter::take(std::string_view key, MonotonicTime now) {
  if (limit_.per_minute == 0) return 0;
  const auto known = by_key_.find(key);
  if (known != by_key_.end()) {
    entries_.splice(entries_.begin(), entries_, known->second);
  } else {
    if (entries_.size() >= limit_.max_keys) {
      by_key_.erase(entries_.back().key);
      entries_.pop_back();
    }
    entries_.push_front(
        {std::string(key), TokenBucket(limit_.per_minute, limit_.burst * kCost)});
    by_key_.emplace(entries_.front().key, entries_.begin());
  }
  if (entries_.front().bucket.take(now, kCost)) return 0;
  // One request's worth comes in so many seconds.
  return (kCost + limit_.per_minute - 1) / limit_.per_minute;
}

}  // namespace turnpike::http
