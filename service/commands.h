// What every service does on its command line beside serving.
#pragma once

#include <string>

namespace turnpike::service {

/// turnserver's exit codes.
inline constexpr int kOk = 0, kFailed = 1, kCannotListen = 2, kConfig = 255;

/// Prints a new key and the lines for the configuration `file`. Returns the exit code.
int make_api_key(const std::string& id, const std::string& file);

/// Prints whether the audit log's chain holds. Returns the exit code.
int check_audit(const std::string& log);

}  // namespace turnpike::service
