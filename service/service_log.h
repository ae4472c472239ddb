// Where the service's log lines go: standard error or a file, by spdlog. Lines come through
// base/log.h.
#pragma once

#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"

namespace turnpike::service {

/// The sink is installed until it dies. `level` is debug, info, warning or error; an empty file
/// means standard error. The error names the file.
Result<std::unique_ptr<log::Sink>, std::string> start_log(const std::string& file,
                                                          const std::string& level);

}  // namespace turnpike::service
