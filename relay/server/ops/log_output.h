// Where rendered log lines end: a file, the console and syslog, any of them together. It is the
// back end of the log writer's thread; it does no queueing and chooses no destination.
#pragma once

#include <spdlog/sinks/sink.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "relay/server/ops/log_file.h"
#include "relay/server/ops/log_line.h"

namespace turnpike::server {

inline constexpr int kNoConsole = -1;

struct LogDestinations {
  std::optional<LogFile> file;
  int console_fd = kNoConsole;         // 1 or 2; not owned
  std::optional<int> syslog_facility;  // LOG_USER and so on
};

class LogOutput final : public spdlog::sinks::sink {
 public:
  /// `lost_lines` says how many lines never came here; growth is reported in the log, once a
  /// second at most.
  LogOutput(LogDestinations destinations, const LogLineSettings& lines);
  ~LogOutput() override;
  LogOutput(const LogOutput&) = delete;
  LogOutput& operator=(const LogOutput&) = delete;

  void log(const spdlog::details::log_msg& message) override;
  void flush() override {}  // nothing is buffered
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  void watch_losses(std::function<std::size_t()> lost_lines);
  Result<void, std::string> reopen(LogTime now);
  /// False when fewer than `lines` records have come within `timeout`.
  bool wait_for(const std::function<bool(std::uint64_t written)>& enough,
                std::chrono::milliseconds timeout);

 private:
  void write(log::Level level, LogTime time, std::string_view text);
  void write_beside_file(log::Level level, std::string_view line);
  void report_losses(LogTime now);

  std::mutex mutex_;  // guards everything below
  std::condition_variable written_more_;
  LogDestinations to_;
  LogLine line_;
  std::function<std::size_t()> lost_lines_;
  std::size_t losses_reported_ = 0;
  LogTime losses_checked_{};
  std::uint64_t written_ = 0;
};

spdlog::level::level_enum to_spdlog(log::Level level);

}  // namespace turnpike::server
