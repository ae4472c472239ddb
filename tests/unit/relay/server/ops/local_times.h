// Log times for tests, and a time zone that does not depend on the machine.
#pragma once

#include <cstdlib>
#include <ctime>
#include <string>

#include "relay/server/ops/log_timestamp.h"

namespace turnpike::server {

class TimeZone {
 public:
  /// As in TZ: "UTC", or "XXX-02:00" for two hours east of Greenwich.
  explicit TimeZone(const char* zone) {
    const char* old = std::getenv("TZ");
    had_old_ = old != nullptr;
    if (had_old_) old_ = old;
    ::setenv("TZ", zone, 1);
    ::tzset();
  }
  ~TimeZone() {
    if (had_old_) {
      ::setenv("TZ", old_.c_str(), 1);
    } else {
      ::unsetenv("TZ");
    }
    ::tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;

 private:
  bool had_old_ = false;
  std::string old_;
};

/// 2026-11-20 17:54:59.626 UTC
inline LogTime sample_time() {
  return LogTime(std::chrono::milliseconds(1795197299626));
}

}  // namespace turnpike::server
