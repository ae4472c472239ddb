// Names of syslog facilities, as `syslog-facility` takes them.
#pragma once

#include <optional>
#include <string_view>

namespace turnpike::server {

/// "LOG_LOCAL3", also without LOG_ and in small letters. Nothing when there is no such facility.
std::optional<int> syslog_facility(std::string_view name);

}  // namespace turnpike::server
