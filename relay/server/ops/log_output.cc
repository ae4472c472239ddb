#include "relay/server/ops/log_output.h"

#include <fmt/format.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>
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

/// The console is the last place to complain to, so its own failures are silent.
void write_console(int fd, std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = ::write(fd, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    line.remove_prefix(static_cast<std::size_t>(written));
  }
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
    : to_(std::move(destinations)), line_(lines) {
  if (to_.syslog_facility) ::openlog("turnserver", LOG_PID, *to_.syslog_facility);
}

LogOutput::~LogOutput() {
  if (to_.syslog_facility) ::closelog();
}

void LogOutput::log(const spdlog::details::log_msg& message) {
  const auto time = std::chrono::time_point_cast<LogTime::duration>(message.time);
  const std::lock_guard lock(mutex_);
  report_losses(time);
  write(from_spdlog(message.level), time, {message.payload.data(), message.payload.size()});
  ++written_;
  written_more_.notify_all();
}

void LogOutput::watch_losses(std::function<std::size_t()> lost_lines) {
  const std::lock_guard lock(mutex_);
  lost_lines_ = std::move(lost_lines);
}

Result<void, std::string> LogOutput::reopen(LogTime now) {
  const std::lock_guard lock(mutex_);
  if (!to_.file) return {};
  return to_.file->reopen(now);
}

bool LogOutput::wait_for(const std::function<bool(std::uint64_t written)>& enough,
                         std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_lock lock(mutex_);
  while (!enough(written_)) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    written_more_.wait_for(lock, kWaitSlice);
  }
  return true;
}

void LogOutput::write(log::Level level, LogTime time, std::string_view text) {
  const std::string_view line = line_.render(level, time, text);
  write_beside_file(level, line);
  if (!to_.file) return;
  auto written = to_.file->write(time, line);
  if (written) return;
  const std::string_view complaint = line_.render(log::Level::kError, time, written.error());
  write_beside_file(log::Level::kError, complaint);
  if (to_.console_fd == kNoConsole) write_console(STDERR_FILENO, complaint);
}

void LogOutput::write_beside_file(log::Level level, std::string_view line) {
  if (to_.console_fd != kNoConsole) write_console(to_.console_fd, line);
  if (to_.syslog_facility) {
    const std::string_view text = line.substr(0, line.size() - 1);
    ::syslog(syslog_priority(level), "%.*s", static_cast<int>(text.size()), text.data());
  }
}

void LogOutput::report_losses(LogTime now) {
  if (!lost_lines_ || now - losses_checked_ < kLossReportInterval) return;
  losses_checked_ = now;
  const std::size_t lost = lost_lines_();
  if (lost == losses_reported_) return;
  write(log::Level::kWarning, now,
        fmt::format("{} log lines were lost: the log's queue was full",
                    lost - std::exchange(losses_reported_, lost)));
}

}  // namespace turnpike::server
