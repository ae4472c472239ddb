// The time at the start of a log line: strftime with %f for milliseconds, or the seconds since
// start. It formats each second once; it does not read the clock. Used by one thread at a time.
#pragma once

#include <chrono>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike::server {

using LogTime = std::chrono::system_clock::time_point;

/// Coturn's default for new-log-timestamp-format.
inline constexpr std::string_view kIsoTimestamp = "%FT%T.%f%z";

class LogTimestamp {
 public:
  /// `format`: strftime in local time, and %f for three digits of milliseconds.
  explicit LogTimestamp(std::string_view format);

  void append(std::string& out, LogTime time);

 private:
  void render_second(std::time_t second);

  std::vector<std::string> formats_;   // what stands between the %f
  std::vector<std::string> rendered_;  // formats_ for rendered_second_
  std::time_t rendered_second_ = -1;
};

}  // namespace turnpike::server
