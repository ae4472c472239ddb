// So many requests per minute for each key, in a table of bounded size: for addresses, API keys and
// guesses at PINs. base/token_bucket.h is for bytes and forgets after a minute; this is exact for
// slow rates too. Not thread-safe, the caller locks.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace turnpike::http {

struct RateLimit {
  std::uint32_t per_minute = 60;  // 0: no limit
  std::uint32_t burst = 10;       // at once after a pause; at least 1
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
    MonotonicTime earned{};  // when everything that was taken has been earned again
  };

  const Duration interval_;  // one request is earned in this time
  const Duration ahead_;     // how far `earned` may lie in the future
  const std::size_t max_keys_;
  std::list<Entry> entries_;  // the last used one in front
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

}  // namespace turnpike::http
