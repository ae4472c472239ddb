#include "relay/server/ops/syslog_facility.h"

#include <syslog.h>

#include <array>
#include <string>
#include <utility>

namespace turnpike::server {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 20> kFacilities{{
    {"KERN", LOG_KERN},     {"USER", LOG_USER},         {"MAIL", LOG_MAIL},
    {"DAEMON", LOG_DAEMON}, {"AUTH", LOG_AUTH},         {"SYSLOG", LOG_SYSLOG},
    {"LPR", LOG_LPR},       {"NEWS", LOG_NEWS},         {"UUCP", LOG_UUCP},
    {"CRON", LOG_CRON},     {"AUTHPRIV", LOG_AUTHPRIV}, {"FTP", LOG_FTP},
    {"LOCAL0", LOG_LOCAL0}, {"LOCAL1", LOG_LOCAL1},     {"LOCAL2", LOG_LOCAL2},
    {"LOCAL3", LOG_LOCAL3}, {"LOCAL4", LOG_LOCAL4},     {"LOCAL5", LOG_LOCAL5},
    {"LOCAL6", LOG_LOCAL6}, {"LOCAL7", LOG_LOCAL7},
}};

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::optional<int> syslog_facility(std::string_view name) {
  std::string wanted;
  for (const char c : name) wanted += upper(c);
  if (wanted.starts_with("LOG_")) wanted.erase(0, 4);
  for (const auto& [known, value] : kFacilities) {
    if (known == wanted) return value;
  }
  return std::nullopt;
}

}  // namespace turnpike::server
