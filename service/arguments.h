// The command line of a service as values. Reads no file and prints nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace turnpike::service {

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
  std::string config{};  // without --config: the caller's
  std::string value;     // the key's id, the audit log's file
};

/// Without the program's name; `config` is where the configuration is unless told otherwise. The
/// error names the argument.
Result<Arguments, std::string> parse_arguments(std::span<const char* const> args,
                                               std::string config);

}  // namespace turnpike::service
