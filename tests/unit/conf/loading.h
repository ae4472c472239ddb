// Loading configs from strings, for the tests of this room.
#pragma once

#include <gmock/gmock.h>

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "conf/load_turnserver.h"
#include "conf/render.h"

namespace turnpike::conf {

class MemoryReader final : public FileReader {
 public:
  std::map<std::string, std::string> files;
  std::map<std::string, ReadError> broken;
  std::vector<std::string> asked;

  Result<std::string, ReadError> read(const std::string& path) override {
    asked.push_back(path);
    if (const auto bad = broken.find(path); bad != broken.end()) return fail(bad->second);
    const auto found = files.find(path);
    if (found == files.end()) return fail(ReadError::kNotFound);
    return found->second;
  }
};

inline const std::string kFile = "/etc/turnserver.conf";

/// A config text, with credentials so that nothing is said about those.
inline LoadOutcome load(const std::string& text) {
  return load_turnserver_text(text + "\nuser=test:test\n", kFile, {.domain_name = "example.org"});
}

/// Only the text as it is.
inline LoadOutcome load_bare(const std::string& text, const HostFacts& host = {}) {
  return load_turnserver_text(text, kFile, host);
}

/// Arguments after the program's name; the config file is `file`.
inline LoadOutcome run(std::initializer_list<const char*> arguments, const std::string& file = {},
                       const char* program = "turnserver") {
  MemoryReader files;
  files.files[kFile] = file + "\nuser=test:test\n";
  std::vector<const char*> args = {program};
  args.insert(args.end(), arguments);
  return load_turnserver_config(args, files, {.domain_name = "example.org"});
}

inline std::string said(const LoadOutcome& outcome) {
  return render_diagnostics(outcome.diagnostics);
}

/// Everything that any report shows of a config.
inline std::string everything_shown(const LoadOutcome& outcome) {
  return render_check(outcome).text + render_dump(outcome.config) + said(outcome);
}

}  // namespace turnpike::conf
