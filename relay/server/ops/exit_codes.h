// The exit codes of turnserver: 0 and 255 as in Coturn, the others tell a supervisor what to do.
#pragma once

#include <string>

namespace turnpike::server {

enum class ExitCode : int {
#define EXIT_CODE(name, number, text) name = number,
#include "relay/server/ops/exit_codes.def"
#undef EXIT_CODE
};

constexpr int exit_status(ExitCode code) {
  return static_cast<int>(code);
}

/// One line per code, "  0  stopped as asked...", each with a newline.
std::string exit_codes_text();

}  // namespace turnpike::server
