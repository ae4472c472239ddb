#include "conf/yaml_program.h"

#include <fmt/format.h>

namespace turnpike::conf {

std::vector<YamlCommand> YamlProgram::all_commands() const {
  std::vector<YamlCommand> all = {
      {"-c, --config=FILE", fmt::format("The configuration; without it /etc/turnpike/{}.", file)},
      {"--check-config", "Name every mistake in it, and exit."},
      {"--dump-config", "Print what is in force and where it comes from, without secrets."}};
  all.insert(all.end(), commands.begin(), commands.end());
  all.push_back({"--version, --help", "Print and exit."});
  return all;
}

}  // namespace turnpike::conf
