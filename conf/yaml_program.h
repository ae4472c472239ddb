// What the renderings of a service's YAML configuration say of the service itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/yaml_table.h"

namespace turnpike::conf {

struct YamlCommand {
  std::string usage;  // "--make-api-key=ID"
  std::string help;   // a sentence
};

struct YamlProgram {
  std::string_view name;              // "turnpike-credentials"
  std::string_view file;              // "credentials.yml", below /etc/turnpike
  std::string_view source;            // "conf/credentials_options.def"
  std::string_view purpose;           // without a capital and a full stop
  std::string_view reload;            // what SIGHUP does, a sentence
  std::vector<YamlCommand> commands;  // beside those that every service has
  const YamlTable& table;

  /// Its options on the command line, in the order of --help.
  std::vector<YamlCommand> all_commands() const;
};

}  // namespace turnpike::conf
