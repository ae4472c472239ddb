// Token buckets by text: so much per second for each key, in a table of bounded size. For requests
// per address or per API key; not thread-safe, the caller locks.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"
#include "base/token_bucket.h"

namespace turnpike::http {

struct RateLimit {
  std::uint64_t per_minute = 60;  // 0: no limit
  std::uint64_t burst = 10;       // at least 1
  std::size_t max_keys = 65536;   // the key that was used longest ago makes room
};

class RateLimiter {
 public:
  explicit RateLimiter(const RateLimit& limit);

  /// 0: go ahead. Else seconds to wait, for Retry-After.
  std::uint64_t take(std::string_view key, MonotonicTime now);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    TokenBucket bucket;
  };

  RateLimit limit_;
  std::list<Entry> entries_;  // the last used one in front
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

}  // namespace turnpike::http
