#include "service/service_log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace turnpike::service {
namespace {

class SpdlogSink final : public log::Sink {
 public:
  explicit SpdlogSink(spdlog::sink_ptr to) : logger_("turnpike-credentials", std::move(to)) {
    logger_.set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    logger_.set_level(spdlog::level::debug);  // base/log.h has chosen already
    logger_.flush_on(spdlog::level::debug);
  }
  ~SpdlogSink() override { log::install(nullptr); }

  void write(log::Level level, std::string_view line) override {
    logger_.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  static spdlog::level::level_enum spdlog_level(log::Level level) {
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
    return spdlog::level::err;
  }

  spdlog::logger logger_;
};

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::kDebug;
  if (name == "warning") return log::Level::kWarning;
  if (name == "error") return log::Level::kError;
  return log::Level::kInfo;
}

}  // namespace

Result<std::unique_ptr<log::Sink>, std::string> start_log(const std::string& file,
                                                          const std::string& level) {
  std::unique_ptr<log::Sink> sink;
  try {
    spdlog::sink_ptr to;
    if (file.empty()) {
      to = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      to = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
    }
    sink = std::make_unique<SpdlogSink>(std::move(to));
  } catch (const spdlog::spdlog_ex&) {
    return fail("log.file: " + log::log_safe(file) +
                " cannot be opened: is its folder there, and may this user write to it?");
  }
  log::set_min_level(level_of(level));
  log::install(sink.get());
  return sink;
}

}  // namespace turnpike::service
