// Where rendered log lines end: a file, the console and syslog, any of them together. It is the
// back end of the log writer's thread; it does no queueing and chooses no destination.
#pragma once

#include <spdlog/sinks/sink.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "relay/server/ops/log_file.h"
#include "relay/server/ops/log_line.h"

namespace turnpike::server {

inline constexpr int kNoConsole = -1;

struct LogDestinations {
  std::optional<LogFile> file{};
  int console_fd = kNoConsole;                     // 1 or 2; not owned
  std::optional<int> syslog_facility{};            // LOG_USER and so on
  std::chrono::milliseconds stall_patience{1000};  // for a console whose reader has stopped
};

/// One thread calls log() and flush(); the others may be called from anywhere.
class LogOutput final : public spdlog::sinks::sink {
 public:
  LogOutput(LogDestinations destinations, const LogLineSettings& lines);
  ~LogOutput() override;
  LogOutput(const LogOutput&) = delete;
  LogOutput& operator=(const LogOutput&) = delete;

  void log(const spdlog::details::log_msg& message) override;
  /// Nothing is buffered; it only carries out request_reopen().
  void flush() override;
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  /// `lost_lines` says how many lines never came here; growth is reported in the log, once a
  /// second at most. Before the first log().
  void watch_losses(std::function<std::size_t()> lost_lines) {
    lost_lines_ = std::move(lost_lines);
  }
  /// Opens the file again before the next line; a failure is logged.
  void request_reopen() { reopen_.store(true); }
  /// Lines that a stalled console has not taken.
  std::uint64_t skipped() const { return skipped_.load(std::memory_order_relaxed); }
  /// Waits until `enough` says so of the number of log() and flush() calls; false after `timeout`.
  bool wait_for(const std::function<bool(std::uint64_t calls)>& enough,
                std::chrono::milliseconds timeout);

 private:
  void reopen_if_requested(LogTime now);
  void report_losses(LogTime now);
  void write(log::Level level, LogTime time, std::string_view text);
  void write_beside_file(log::Level level, std::string_view line);
  void complain(LogTime time, std::string_view text);
  void count_call();

  // Of the thread that calls log().
  LogDestinations to_;
  LogLine line_;
  PatientWriter console_;
  std::function<std::size_t()> lost_lines_;
  std::size_t losses_reported_ = 0;
  LogTime losses_checked_{};

  std::atomic<bool> reopen_{false};
  std::atomic<std::uint64_t> skipped_{0};
  std::mutex calls_mutex_;  // never held while something is written
  std::condition_variable called_;
  std::uint64_t calls_ = 0;
};

spdlog::level::level_enum to_spdlog(log::Level level);

}  // namespace turnpike::server
