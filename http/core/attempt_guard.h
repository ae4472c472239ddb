// Holds back whoever guesses: after some wrong attempts each further one costs a wait that doubles.
// While somebody waits nothing of his is looked at, so guessing in parallel gains nothing. For API
// keys, passwords and PINs. Not thread-safe, the caller locks.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/ip_address.h"
#include "base/time.h"

namespace turnpike::http {

struct AttemptLimits {
  std::uint32_t free = 10;           // wrong attempts that cost nothing
  seconds max_wait{64};              // 1, 2, 4, … up to this
  seconds forget{900};               // without an attempt: the count starts again
  std::size_t max_suspects = 65536;  // the one that was seen longest ago makes room
};

class AttemptGuard {
 public:
  explicit AttemptGuard(const AttemptLimits& limits);

  /// 0: look at the attempt, and call failed() when it is wrong. Else seconds to wait, for
  /// Retry-After; the attempt is not to be looked at.
  std::uint64_t wait(std::string_view suspect, MonotonicTime now) const;
  void failed(std::string_view suspect, MonotonicTime now);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string suspect;
    std::uint32_t count = 0;
    MonotonicTime last{};
    MonotonicTime until{};  // nothing is looked at before
  };

  const AttemptLimits limits_;
  std::list<Entry> entries_;  // the last seen in front
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_suspect_;
};

/// Whom an address stands for: an IPv4 address itself, of an IPv6 address the /64, since a host has
/// all of it.
std::string suspect_of(const IpAddress& address);

}  // namespace turnpike::http
