#include "relay/server/ops/log_line.h"

#include <fmt/format.h>

#include <iterator>

#include "base/utf8.h"

namespace turnpike::server {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80;
}

/// Not in the middle of a UTF-8 character, if the text is UTF-8.
std::string_view cut(std::string_view text) {
  if (text.size() <= kMaxLogText) return text;
  std::size_t end = kMaxLogText;
  while (end > kMaxLogText - 4 && is_continuation(text[end])) --end;
  return text.substr(0, end);
}

std::string_view json_level(log::Level level) {
  switch (level) {
    case log::Level::kDebug:
      return "debug";
    case log::Level::kInfo:
      return "info";
    case log::Level::kWarning:
      return "warning";
    case log::Level::kError:
      return "error";
  }
  return "";
}

void append_json_ascii(std::string& out, char c) {
  if (c == '"' || c == '\\') {
    out += {'\\', c};
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\t') {
    out += "\\t";
  } else if (is_control(c)) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
  } else {
    out += c;
  }
}

}  // namespace

std::string_view log_level_name(log::Level level) {
  switch (level) {
    case log::Level::kDebug:
      return "DEBUG";
    case log::Level::kInfo:
      return "INFO";
    case log::Level::kWarning:
      return "WARNING";
    case log::Level::kError:
      return "ERROR";
  }
  return "";
}

LogLine::LogLine(const LogLineSettings& settings)
    : format_(settings.format),
      wall_time_(settings.wall_time),
      start_(settings.start),
      timestamp_(settings.format == LogFormat::kJson ? kIsoTimestamp : settings.timestamp_format) {}

std::string_view LogLine::render(log::Level level, LogTime time, std::string_view text) {
  line_.clear();
  switch (format_) {
    case LogFormat::kText:
      render_text(level, time, text);
      break;
    case LogFormat::kJson:
      render_json(level, time, text);
      break;
  }
  line_ += '\n';
  return line_;
}

void LogLine::render_text(log::Level level, LogTime time, std::string_view text) {
  if (wall_time_) {
    timestamp_.append(line_, time);
    fmt::format_to(std::back_inserter(line_), " {} ", log_level_name(level));
  } else {
    const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(time - start_);
    fmt::format_to(std::back_inserter(line_), "{}: {}: ", elapsed.count(), log_level_name(level));
  }
  for (const char c : cut(text)) line_ += is_control(c) ? ' ' : c;
  if (text.size() > kMaxLogText) line_ += "...";
}

void LogLine::render_json(log::Level level, LogTime time, std::string_view text) {
  line_ += R"({"ts":")";
  timestamp_.append(line_, time);
  fmt::format_to(std::back_inserter(line_), R"(","level":"{}","msg":")", json_level(level));
  append_json_escaped(line_, cut(text));
  if (text.size() > kMaxLogText) line_ += "...";
  line_ += R"("})";
}

void append_json_escaped(std::string& out, std::string_view text) {
  for (const char c : to_utf8(text)) append_json_ascii(out, c);
}

}  // namespace turnpike::server
