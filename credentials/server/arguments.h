// The command line of turnpike-credentials as values. Reads no file and prints nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace turnpike::credentials {

struct Arguments {
  enum class Command {
    kServe,
    kCheckConfig,
    kDumpConfig,
    kMakeApiKey,
    kVerifyAudit,
    kVersion,
    kHelp
  };
  Command command = Command::kServe;
  std::string config = "/etc/turnpike/credentials.yml";
  std::string value;  // the key's id, the audit log's file
};

/// Without the program's name. The error names the argument.
Result<Arguments, std::string> parse_arguments(std::span<const char* const> args);

}  // namespace turnpike::credentials
