// The time at which a picture was taken: the one place where this room reads a clock.
#pragma once

#include <chrono>

#include "base/time.h"

namespace turnpike::capture {

inline MonotonicTime monotonic_now() {
  return MonotonicTime(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace turnpike::capture
