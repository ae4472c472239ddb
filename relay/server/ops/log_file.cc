#include "relay/server/ops/log_file.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace turnpike::server {
namespace {

std::tm local_time(LogTime time) {
  const std::time_t second = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  ::localtime_r(&second, &local);
  return local;
}

LogTime midnight_after(LogTime time) {
  std::tm local = local_time(time);
  local.tm_mday += 1;
  local.tm_hour = local.tm_min = local.tm_sec = 0;
  local.tm_isdst = -1;
  return std::chrono::system_clock::from_time_t(std::mktime(&local));
}

/// As Coturn: a date of its own only when the name is not dated.
std::string default_name(bool dated) {
  return dated ? fmt::format("turn_{}_", ::getpid()) : "turn.log";
}

std::string system_error(int error) {
  return std::strerror(error);  // NOLINT(concurrency-mt-unsafe): glibc's is safe
}

}  // namespace

std::string dated_log_name(std::string_view path, LogTime time) {
  const std::tm local = local_time(time);
  std::array<char, 16> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%d", &local);

  const std::size_t name = path.rfind('/') + 1;  // npos + 1 is 0
  const std::size_t dot = path.rfind('.');
  const bool has_extension = dot != std::string_view::npos && dot > name;
  const std::string_view stem = has_extension ? path.substr(0, dot) : path;
  const std::string_view extension = has_extension ? path.substr(dot) : ".log";
  const bool joined = stem.size() == name || stem.ends_with('_') || stem.ends_with('-');
  return fmt::format("{}{}{}{}", stem, joined ? "" : "_", date.data(), extension);
}

LogFile::LogFile(LogFileSettings settings)
    : settings_(std::move(settings)), writer_(settings_.stall_patience) {}

Result<LogFile, std::string> LogFile::open(LogFileSettings settings, LogTime now) {
  const bool given = !settings.path.empty();
  LogFile file(std::move(settings));
  if (auto opened = given ? file.open_given(now) : file.open_default(now); !opened) {
    return fail(opened.error());
  }
  return file;
}

Result<void, std::string> LogFile::open_given(LogTime now) {
  auto opened = open_path(settings_.path, now, 0);
  if (opened) return {};
  return fail(fmt::format(
      "cannot open the log file {}; create its directory or set another log-file", opened.error()));
}

Result<void, std::string> LogFile::open_default(LogTime now) {
  std::string tried;
  for (const std::string& dir : settings_.default_dirs) {
    // Anybody may write to some of these places, so no symbolic link is followed.
    auto opened = open_path(dir + "/" + default_name(settings_.dated), now, O_NOFOLLOW);
    if (opened) return {};
    if (!tried.empty()) tried += ", ";
    tried += opened.error();
  }
  return fail(fmt::format("cannot open a log file anywhere ({}); set log-file", tried));
}

Result<void, std::string> LogFile::open_path(const std::string& base, LogTime now,
                                             int extra_flags) {
  std::string path = settings_.dated ? dated_log_name(base, now) : base;
  // O_APPEND: logrotate's copytruncate may shorten the file under us. O_NONBLOCK: a named pipe that
  // nobody reads is an error, and no reason to wait.
  const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | extra_flags;
  net::Fd fd(::open(path.c_str(), flags, 0644));
  if (!fd.valid()) return fail(fmt::format("{}: {}", path, system_error(errno)));
  fd_ = std::move(fd);
  base_ = base;
  path_ = std::move(path);
  extra_flags_ = extra_flags;
  next_midnight_ = midnight_after(now);
  write_failed_ = false;
  return {};
}

Result<void, std::string> LogFile::reopen(LogTime now) {
  auto opened = open_path(std::string(base_), now, extra_flags_);
  if (opened) return {};
  return fail(
      fmt::format("cannot reopen the log file {}; still writing to {}", opened.error(), path_));
}

Result<void, std::string> LogFile::write(LogTime now, std::string_view line) {
  Result<void, std::string> rolled =
      settings_.dated && now >= next_midnight_ ? roll_over(now) : Result<void, std::string>{};
  auto written = write_all(line);
  return rolled ? written : rolled;
}

Result<void, std::string> LogFile::roll_over(LogTime now) {
  next_midnight_ = midnight_after(now);  // tried once a day, whether or not it works
  return reopen(now);
}

Result<void, std::string> LogFile::write_all(std::string_view line) {
  const WriteOutcome outcome = writer_.write(fd_.get(), line);
  const bool failed = outcome != WriteOutcome::kDone;
  if (!failed || std::exchange(write_failed_, failed)) {
    write_failed_ = failed;
    return {};
  }
  return fail(fmt::format(
      "cannot write to the log file {}: {}; lines are lost until it works", path_,
      outcome == WriteOutcome::kStalled ? "its reader has stopped reading" : system_error(errno)));
}

}  // namespace turnpike::server
