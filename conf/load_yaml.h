// A YAML text into the configuration of a service, by yaml-cpp. All mistakes are collected, each
// with file, line, key and the nearest valid key; nothing is printed and nothing exits here.
// Whether the values make sense together is not its business.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "conf/diagnostic.h"
#include "conf/file_reader.h"
#include "conf/yaml_target.h"

namespace turnpike::conf {

/// Where "file:" and "env:" secrets come from.
struct SecretSources {
  FileReader& files;
  std::function<std::optional<std::string>(const std::string&)> environment;
};

/// The process' environment.
std::optional<std::string> read_environment(const std::string& name);

template <class Config>
struct YamlOutcome {
  Config config;
  Diagnostics diagnostics;
  bool ok() const { return !diagnostics.has_errors(); }
};

struct YamlText {
  std::string_view text;
  const std::string& file_name;  // for errors and origins
};

/// False, and an error, when the text is no YAML; an empty one changes nothing. Other mistakes
/// leave the values that are right in the target.
bool load_yaml_text(const YamlText& from, const SecretSources& sources, const YamlTarget& target,
                    Diagnostics& diagnostics);
/// False as well when the file cannot be read.
bool load_yaml_file(const std::string& path, const SecretSources& sources, const YamlTarget& target,
                    Diagnostics& diagnostics);

}  // namespace turnpike::conf
