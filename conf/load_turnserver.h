// Arguments and file to TurnserverConfig, in one pass: find the file, read it, then let the command
// line win over its scalars and add to its lists. All mistakes are collected; nothing is printed
// and nothing exits here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conf/diagnostic.h"
#include "conf/file_reader.h"
#include "conf/turnserver_config.h"

namespace turnpike::conf {

/// What the loader wants to know about the machine.
struct HostFacts {
  /// The machine's DNS domain, or empty: the default of `realm`.
  std::string domain_name;
};

struct LoadOutcome {
  TurnserverConfig config;
  Diagnostics diagnostics;
  /// The config file that was read; empty when none was.
  std::string config_file;

  /// False: do not start. `help`, `version` and the like are flags of `config` and worth a look
  /// before this.
  bool ok() const { return !diagnostics.has_errors(); }
};

/// `args` is argv with the program's name first. Follows getopt_long: unique prefixes of long names
/// are accepted, and an unknown option is an error.
LoadOutcome load_turnserver_config(std::span<const char* const> args, FileReader& files,
                                   const HostFacts& host);

/// Only a config text, as if it were the file `file_name` and there were no arguments. For tests
/// and fuzzers.
LoadOutcome load_turnserver_text(std::string_view text, const std::string& file_name,
                                 const HostFacts& host);

/// Where a config or certificate file of this name may be, in the order tried. An absolute name
/// stands for itself.
std::vector<std::string> candidate_paths(const std::string& name,
                                         const std::string& executable_folder);

}  // namespace turnpike::conf
