#include "http/core/attempt_guard.h"

#include <algorithm>

namespace turnpike::http {

AttemptGuard::AttemptGuard(const AttemptLimits& limits) : limits_(limits) {}

std::uint64_t AttemptGuard::wait(std::string_view suspect, MonotonicTime now) const {
  const auto known = by_suspect_.find(suspect);
  if (known == by_suspect_.end() || known->second->until <= now) return 0;
  return static_cast<std::uint64_t>(std::chrono::ceil<seconds>(known->second->until - now).count());
}

void AttemptGuard::failed(std::string_view suspect, MonotonicTime now) {
  const auto known = by_suspect_.find(suspect);
  if (known != by_suspect_.end()) {
    entries_.splice(entries_.begin(), entries_, known->second);
  } else {
    if (entries_.size() >= std::max<std::size_t>(limits_.max_suspects, 1)) {
      by_suspect_.erase(entries_.back().suspect);
      entries_.pop_back();
    }
    entries_.push_front({.suspect = std::string(suspect)});
    by_suspect_.emplace(entries_.front().suspect, entries_.begin());
  }
  Entry& entry = entries_.front();
  if (now - entry.last > limits_.forget) entry.count = 0;
  entry.last = now;
  ++entry.count;
  if (entry.count <= limits_.free) return;
  const std::uint32_t doublings = std::min(entry.count - limits_.free - 1, 30U);
  entry.until = now + std::min(seconds(std::int64_t{1} << doublings), limits_.max_wait);
}

std::string suspect_of(const IpAddress& address) {
  if (address.is_v4()) return address.to_string();
  const auto bytes = address.bytes();
  return std::string(as_text(bytes.first(8)));
}

}  // namespace turnpike::http
