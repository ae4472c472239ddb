// credentials.yml to CredentialsConfig, by yaml-cpp. All mistakes are collected, each with file,
// line, key and the nearest valid key; nothing is printed and nothing exits here. Whether the
// values make sense together is credentials/server's business.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "conf/credentials_config.h"
#include "conf/diagnostic.h"
#include "conf/file_reader.h"

namespace turnpike::conf {

/// Where "file:" and "env:" secrets come from.
struct SecretSources {
  FileReader& files;
  std::function<std::optional<std::string>(const std::string&)> environment;
};

struct CredentialsOutcome {
  CredentialsConfig config;
  Diagnostics diagnostics;
  bool ok() const { return !diagnostics.has_errors(); }
};

/// An empty text is a config of defaults.
CredentialsOutcome load_credentials_text(std::string_view text, const std::string& file_name,
                                         const SecretSources& sources);
CredentialsOutcome load_credentials_file(const std::string& path, const SecretSources& sources);

/// The process' environment.
std::optional<std::string> read_environment(const std::string& name);

}  // namespace turnpike::conf
