// The log of a program: takes LOG's lines, queues them, and has one thread write them to the
// places that Coturn's options name. Callers never wait: when the queue is full its oldest line is
// lost and counted. Not for two programs in one process.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"

namespace turnpike::server {

struct LogSettings {
  std::string log_file;         // path, "stdout", "-", "syslog"; empty: Coturn's search
  bool syslog = false;          // instead of a file
  std::string syslog_facility;  // "LOG_LOCAL3"; empty: LOG_USER
  bool simple_log = false;      // exact name, no date, no new file at midnight
  bool no_stdout_log = false;   // otherwise standard output too
  std::string format = "text";  // or "json"
  std::string min_level = "debug";
  bool new_log_timestamp = true;  // off: seconds since start_logging
  std::string timestamp_format;   // empty: ISO 8601 with milliseconds
  std::size_t queue_lines = 4096;
  std::chrono::milliseconds stall_patience{1000};  // then lines pass by a console that stands still
};

/// While it lives it is the sink of base/log.h.
class Logging {
 public:
  virtual ~Logging() = default;

  /// Opens the file again after logrotate; a failure is logged and the old file stays. Does not
  /// wait.
  virtual void reopen() = 0;
  /// Waits until what was logged so far is written; false after `timeout`.
  virtual bool flush(std::chrono::milliseconds timeout) = 0;

  /// Empty without a file.
  virtual std::string file_path() const = 0;
  /// Pushed out of the full queue, or not taken by a console that stands still.
  virtual std::uint64_t lost_lines() const = 0;
  virtual std::size_t queued_lines() const = 0;
};

/// Starts the writer's thread, so call it after going to the background. A file that cannot be
/// opened is no error: it is said on the console, which then takes the lines. Errors: an unknown
/// facility, format or level; no thread to be had.
Result<std::unique_ptr<Logging>, std::string> start_logging(const LogSettings& settings);

}  // namespace turnpike::server
