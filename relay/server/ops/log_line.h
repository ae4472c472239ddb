// One log record as one line of bytes: Coturn's text shape or a JSON object. Whatever a record
// holds, its line holds no control characters, is bounded, and (as JSON) is valid UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "base/log.h"
#include "relay/server/ops/log_timestamp.h"

namespace turnpike::server {

/// A longer text is cut there. Bytes of text, without time, level and escapes.
inline constexpr std::size_t kMaxLogText = 4096;

enum class LogFormat : std::uint8_t { kText, kJson };

struct LogLineSettings {
  LogFormat format = LogFormat::kText;
  bool wall_time = true;  // `new-log-timestamp`; off: seconds since `start`
  std::string timestamp_format{kIsoTimestamp};
  LogTime start{};
};

/// "DEBUG", "INFO", "WARNING", "ERROR".
std::string_view log_level_name(log::Level level);

/// Not for several threads: it remembers the last second.
class LogLine {
 public:
  explicit LogLine(const LogLineSettings& settings);

  /// text: "2026-11-20T17:54:59.626+0000 INFO text", or "123: INFO: text" without wall time;
  /// JSON: {"ts":"...","level":"info","msg":"text"}, where ts is always ISO 8601.
  /// With a newline at the end. The view is valid until the next call.
  std::string_view render(log::Level level, LogTime time, std::string_view text);

 private:
  void render_text(log::Level level, LogTime time, std::string_view text);
  void render_json(log::Level level, LogTime time, std::string_view text);

  LogFormat format_;
  bool wall_time_;
  LogTime start_;
  LogTimestamp timestamp_;
  std::string line_;
};

/// `text` as the inside of a JSON string: escaped, and bytes that are not UTF-8 as U+FFFD.
void append_json_escaped(std::string& out, std::string_view text);

}  // namespace turnpike::server
