// The one place where the relay asks the system for the time: once per turn of a shard.
#pragma once

#include <ctime>

#include "base/time.h"

namespace turnpike::server {

inline Now sample_now() {
  const auto read = [](clockid_t clock) {
    timespec t{};
    ::clock_gettime(clock, &t);
    return seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
  };
  return {MonotonicTime(read(CLOCK_MONOTONIC)), WallTime(read(CLOCK_REALTIME))};
}

}  // namespace turnpike::server
