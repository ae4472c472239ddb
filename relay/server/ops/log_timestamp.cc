#include "relay/server/ops/log_timestamp.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

namespace turnpike::server {
namespace {

std::vector<std::string> split_at_milliseconds(std::string_view format) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      parts.back() += format[i];
      continue;
    }
    ++i;
    if (format[i] == 'f') {
      parts.emplace_back();
    } else {
      parts.back() += {'%', format[i]};
    }
  }
  return parts;
}

std::string local_time_text(const std::string& format, const std::tm& local) {
  std::array<char, 256> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), format.c_str(), &local);
  return {text.data(), size};
}

}  // namespace

LogTimestamp::LogTimestamp(std::string_view format)
    : formats_(split_at_milliseconds(format)), rendered_(formats_.size()) {}

void LogTimestamp::append(std::string& out, LogTime time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time - second).count();
  const std::time_t unix_second = std::chrono::system_clock::to_time_t(second);
  if (unix_second != rendered_second_) render_second(unix_second);
  out += rendered_.front();
  for (std::size_t i = 1; i < rendered_.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "{:03}{}", ms, rendered_[i]);
  }
}

void LogTimestamp::render_second(std::time_t second) {
  std::tm local{};
  ::localtime_r(&second, &local);
  for (std::size_t i = 0; i < formats_.size(); ++i) {
    rendered_[i] = formats_[i].empty() ? std::string() : local_time_text(formats_[i], local);
  }
  rendered_second_ = second;
}

}  // namespace turnpike::server
