// A way to the viewer for tests: a queue of a given rate, a delay, random loss. Virtual time.
#pragma once

#include <algorithm>
#include <optional>

#include "base/rng.h"
#include "base/time.h"

namespace turnpike::rtc {

struct FakeLink {
  double capacity_bps = 100e6;
  Duration delay = milliseconds(20);
  unsigned loss_percent = 0;
  Duration longest_queue = seconds(2);  // what would wait longer is lost
  Duration jitter{};                    // uniform, order is kept

  SeededRng rng{7};
  MonotonicTime free_at{};  // when the queue is empty
  MonotonicTime last_arrival{};

  /// When a packet that is sent now arrives; nullopt: never.
  std::optional<MonotonicTime> send(MonotonicTime now, std::size_t bytes) {
    if (rng.below(100) < loss_percent) return std::nullopt;
    free_at = std::max(free_at, now);
    if (free_at - now > longest_queue) return std::nullopt;
    free_at += Duration(static_cast<std::int64_t>(static_cast<double>(bytes) * 8e9 / capacity_bps));
    MonotonicTime arrival = free_at + delay;
    if (jitter > Duration(0)) {
      arrival += Duration(
          static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(jitter.count()))));
    }
    last_arrival = std::max(last_arrival, arrival);
    return last_arrival;
  }
  Duration queue(MonotonicTime now) const { return std::max(free_at - now, Duration(0)); }
};

}  // namespace turnpike::rtc
