#include "relay/server/ops/log_output.h"

#include <fmt/format.h>
#include <syslog.h>
#include <unistd.h>

#include <utility>

namespace turnpike::server {
namespace {

constexpr std::chrono::seconds kLossReportInterval{1};
/// wait_for looks this often even when no line comes: lines may be lost instead.
constexpr std::chrono::milliseconds kWaitSlice{10};

log::Level from_spdlog(int level) {
  if (level >= spdlog::level::err) return log::Level::kError;
  if (level == spdlog::level::warn) return log::Level::kWarning;
  return level == spdlog::level::info ? log::Level::kInfo : log::Level::kDebug;
}

int syslog_priority(log::Level level) {
  switch (level) {
    case log::Level::kDebug:
      return LOG_DEBUG;
    case log::Level::kInfo:
      return LOG_INFO;
    case log::Level::kWarning:
      return LOG_WARNING;
    case log::Level::kError:
      return LOG_ERR;
  }
  return LOG_INFO;
}

}  // namespace

spdlog::level::level_enum to_spdlog(log::Level level) {
  switch (level) {
    case log::Level::kDebug:
      return spdlog::level::debug;
    case log::Level::kInfo:
      return spdlog::level::info;
    case log::Level::kWarning:
      return spdlog::level::warn;
    case log::Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

LogOutput::LogOutput(LogDestinations destinations, const LogLineSettings& lines)
    : to_(std::move(destinations)), line_(lines), console_(to_.stall_patience) {
  if (to_.syslog_facility) ::openlog("turnserver", LOG_PID, *to_.syslog_facility);
}

LogOutput::~LogOutput() {
  if (to_.syslog_facility) ::closelog();
}

void LogOutput::log(const spdlog::details::log_msg& message) {
  const auto time = std::chrono::time_point_cast<LogTime::duration>(message.time);
  reopen_if_requested(time);
  report_losses(time);
  write(from_spdlog(message.level), time, {message.payload.data(), message.payload.size()});
  count_call();
}

void LogOutput::flush() {
  reopen_if_requested(std::chrono::system_clock::now());
  count_call();
}

bool LogOutput::wait_for(const std::function<bool(std::uint64_t calls)>& enough,
                         std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_lock lock(calls_mutex_);
  while (!enough(calls_)) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    called_.wait_for(lock, kWaitSlice);
  }
  return true;
}

void LogOutput::count_call() {
  const std::lock_guard lock(calls_mutex_);
  ++calls_;
  called_.notify_all();
}

void LogOutput::reopen_if_requested(LogTime now) {
  if (!reopen_.exchange(false) || !to_.file) return;
  if (auto reopened = to_.file->reopen(now); !reopened) {
    write(log::Level::kError, now, reopened.error());
  }
}

void LogOutput::report_losses(LogTime now) {
  if (!lost_lines_ || now - losses_checked_ < kLossReportInterval) return;
  losses_checked_ = now;
  const std::size_t lost = lost_lines_();
  if (lost == losses_reported_) return;
  write(log::Level::kWarning, now,
        fmt::format("{} log lines were lost: the log could not keep up",
                    lost - std::exchange(losses_reported_, lost)));
}

void LogOutput::write(log::Level level, LogTime time, std::string_view text) {
  const std::string_view line = line_.render(level, time, text);
  write_beside_file(level, line);
  if (!to_.file) return;
  if (auto written = to_.file->write(time, line); !written) complain(time, written.error());
}

void LogOutput::write_beside_file(log::Level level, std::string_view line) {
  if (to_.console_fd != kNoConsole &&
      console_.write(to_.console_fd, line) == WriteOutcome::kStalled) {
    skipped_.fetch_add(1, std::memory_order_relaxed);
  }
  if (to_.syslog_facility) {
    const std::string_view text = line.substr(0, line.size() - 1);
    ::syslog(syslog_priority(level), "%.*s", static_cast<int>(text.size()), text.data());
  }
}

/// About the file, so not into it.
void LogOutput::complain(LogTime time, std::string_view text) {
  const std::string_view line = line_.render(log::Level::kError, time, text);
  write_beside_file(log::Level::kError, line);
  if (to_.console_fd == kNoConsole) console_.write(STDERR_FILENO, line);
}

}  // namespace turnpike::server
