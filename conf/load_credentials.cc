#include "conf/load_credentials.h"

#include <fmt/format.h>

#include "conf/credentials_table.h"

namespace turnpike::conf {
namespace {

void check_keys(CredentialsOutcome& outcome) {
  const auto& keys = outcome.config.api_keys;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!keys[i].hash.empty() || !keys[i].certificate.empty()) continue;
    outcome.diagnostics.error(
        outcome.config.origin(fmt::format("api_keys[{}]", i)),
        "api_keys: an entry has neither a hash, which turnpike-credentials --make-api-key "
        "makes, nor a certificate");
  }
}

}  // namespace

CredentialsOutcome load_credentials_text(std::string_view text, const std::string& file_name,
                                         const SecretSources& sources) {
  CredentialsOutcome outcome;
  load_yaml_text({text, file_name}, sources, credentials_target(outcome.config),
                 outcome.diagnostics);
  check_keys(outcome);
  return outcome;
}

CredentialsOutcome load_credentials_file(const std::string& path, const SecretSources& sources) {
  CredentialsOutcome outcome;
  load_yaml_file(path, sources, credentials_target(outcome.config), outcome.diagnostics);
  check_keys(outcome);
  return outcome;
}

}  // namespace turnpike::conf
