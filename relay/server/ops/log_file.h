// The file that log lines go to: its name, the new file at midnight, and opening it again after
// logrotate has moved it. Writes are unbuffered appends. It never fails loudly: what went wrong is
// a text that the caller logs elsewhere.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "relay/net/fd.h"
#include "relay/server/ops/log_timestamp.h"
#include "relay/server/ops/patient_write.h"

namespace turnpike::server {

struct LogFileSettings {
  std::string path;   // `log-file`; empty: look for a place as Coturn does
  bool dated = true;  // off with `simple-log`: the exact name, no new file at midnight
  std::vector<std::string> default_dirs = {"/var/log/turnserver", "/var/log", "/var/tmp", "/tmp",
                                           "."};
  std::chrono::milliseconds stall_patience{1000};  // for a named pipe whose reader has stopped
};

/// "/var/log/turn.log" -> "/var/log/turn_2026-11-20.log"; a name without extension gets ".log".
std::string dated_log_name(std::string_view path, LogTime time);

class LogFile {
 public:
  /// The error names every path that was tried.
  static Result<LogFile, std::string> open(LogFileSettings settings, LogTime now);

  const std::string& path() const { return path_; }

  /// `line` ends in a newline. After midnight it goes to the next day's file. An error says that
  /// the line, or the new file, could not be had; the same error is told once.
  Result<void, std::string> write(LogTime now, std::string_view line);

  /// Opens the name again (logrotate). On failure the old file stays in use.
  Result<void, std::string> reopen(LogTime now);

 private:
  explicit LogFile(LogFileSettings settings);
  Result<void, std::string> open_given(LogTime now);
  Result<void, std::string> open_default(LogTime now);
  Result<void, std::string> open_path(const std::string& base, LogTime now, int extra_flags);
  Result<void, std::string> roll_over(LogTime now);
  Result<void, std::string> write_all(std::string_view line);

  LogFileSettings settings_;
  std::string base_;  // the name without date that was opened
  std::string path_;
  int extra_flags_ = 0;
  net::Fd fd_;
  PatientWriter writer_;
  LogTime next_midnight_{};
  bool write_failed_ = false;
};

}  // namespace turnpike::server
