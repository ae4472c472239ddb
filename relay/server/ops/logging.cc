#include "relay/server/ops/logging.h"

#include <fmt/format.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <syslog.h>
#include <unistd.h>

#include <atomic>
#include <optional>
#include <system_error>
#include <utility>

#include "relay/server/ops/log_output.h"
#include "relay/server/ops/signals.h"
#include "relay/server/ops/syslog_facility.h"

namespace turnpike::server {
namespace {

std::optional<log::Level> parse_level(std::string_view name) {
  if (name == "debug") return log::Level::kDebug;
  if (name == "info") return log::Level::kInfo;
  if (name == "warning") return log::Level::kWarning;
  if (name == "error") return log::Level::kError;
  return std::nullopt;
}

struct Checked {
  LogLineSettings lines;
  log::Level min_level{};
  int facility = LOG_USER;
};

Result<Checked, std::string> check(const LogSettings& settings) {
  Checked checked;
  if (settings.format == "json") {
    checked.lines.format = LogFormat::kJson;
  } else if (settings.format != "text") {
    return fail(fmt::format("log-format \"{}\" is unknown; use text or json", settings.format));
  }
  const auto level = parse_level(settings.min_level);
  if (!level) {
    return fail(fmt::format("log-min-level \"{}\" is unknown; use debug, info, warning or error",
                            settings.min_level));
  }
  checked.min_level = *level;
  if (!settings.syslog_facility.empty()) {
    const auto facility = syslog_facility(settings.syslog_facility);
    if (!facility) {
      return fail(
          fmt::format("syslog-facility \"{}\" is unknown; use LOG_DAEMON, LOG_USER or "
                      "LOG_LOCAL0 to LOG_LOCAL7",
                      settings.syslog_facility));
    }
    checked.facility = *facility;
  }
  checked.lines.wall_time = settings.new_log_timestamp;
  if (!settings.timestamp_format.empty())
    checked.lines.timestamp_format = settings.timestamp_format;
  checked.lines.start = std::chrono::system_clock::now();
  return checked;
}

struct Opened {
  LogDestinations to;
  std::string problem;  // why there is no file
};

/// Coturn: syslog instead of a file; standard output beside either, unless switched off.
Opened open_destinations(const LogSettings& settings, const Checked& checked) {
  Opened opened;
  LogDestinations& to = opened.to;
  to.stall_patience = settings.stall_patience;
  const bool only_stdout = settings.log_file == "stdout" || settings.log_file == "-";
  if (only_stdout || !settings.no_stdout_log) to.console_fd = STDOUT_FILENO;
  if (settings.syslog || settings.log_file == "syslog") {
    to.syslog_facility = checked.facility;
  } else if (!only_stdout) {
    LogFileSettings file_settings;
    file_settings.path = settings.log_file;
    file_settings.dated = !settings.simple_log;
    file_settings.stall_patience = settings.stall_patience;
    auto file = LogFile::open(std::move(file_settings), checked.lines.start);
    if (file) {
      to.file = std::move(*file);
    } else {
      opened.problem = file.error();
      if (to.console_fd == kNoConsole) to.console_fd = STDERR_FILENO;
    }
  }
  return opened;
}

class AsyncLogging final : public Logging, public log::Sink {
 public:
  AsyncLogging(Opened opened, const Checked& checked, std::size_t queue_lines)
      : file_path_(opened.to.file ? opened.to.file->path() : ""),
        output_(std::make_shared<LogOutput>(std::move(opened.to), checked.lines)),
        pool_(std::make_shared<spdlog::details::thread_pool>(queue_lines, 1,
                                                             block_signals_in_this_thread)),
        logger_(std::make_shared<spdlog::async_logger>(
            "turnserver", output_, pool_, spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_level(spdlog::level::trace);
    // Both outlive the thread that asks.
    output_->watch_losses([pool = pool_.get(), output = output_.get()] {
      return pool->overrun_counter() + output->skipped();
    });
    log::set_min_level(checked.min_level);
    log::install(this);
    if (!opened.problem.empty()) write(log::Level::kError, opened.problem);
  }

  ~AsyncLogging() override {
    log::install(nullptr);
    pool_.reset();  // writes what is queued, then joins the thread
  }

  void write(log::Level level, std::string_view line) override {
    // The queue holds what a line can hold and no more.
    const std::string_view bounded = line.substr(0, kMaxLogText + 1);
    accepted_.fetch_add(1, std::memory_order_relaxed);
    logger_->log(to_spdlog(level), spdlog::string_view_t(bounded.data(), bounded.size()));
  }

  void reopen() override {
    output_->request_reopen();
    accepted_.fetch_add(1, std::memory_order_relaxed);
    logger_->flush();  // wakes the writer
  }

  bool flush(std::chrono::milliseconds timeout) override {
    const std::uint64_t wanted = accepted_.load(std::memory_order_relaxed);
    return output_->wait_for(
        [this, wanted](std::uint64_t calls) { return calls + pool_->overrun_counter() >= wanted; },
        timeout);
  }

  std::string file_path() const override { return file_path_; }
  std::uint64_t lost_lines() const override {
    return pool_->overrun_counter() + output_->skipped();
  }
  std::size_t queued_lines() const override { return pool_->queue_size(); }

 private:
  std::string file_path_;
  std::atomic<std::uint64_t> accepted_{0};
  std::shared_ptr<LogOutput> output_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<spdlog::async_logger> logger_;
};

}  // namespace

Result<std::unique_ptr<Logging>, std::string> start_logging(const LogSettings& settings) {
  auto checked = check(settings);
  if (!checked) return fail(checked.error());
  try {
    return std::make_unique<AsyncLogging>(open_destinations(settings, *checked), *checked,
                                          settings.queue_lines);
  } catch (const std::system_error& error) {
    return fail(fmt::format("cannot start the log's thread: {}", error.what()));
  }
}

}  // namespace turnpike::server
