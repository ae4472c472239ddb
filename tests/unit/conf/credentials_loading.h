// A credentials.yml from a string.
#pragma once

#include "conf/load_credentials.h"
#include "tests/unit/conf/yaml_loading.h"

namespace turnpike::conf {

inline CredentialsOutcome load_yaml(const std::string& text,
                                    std::map<std::string, std::string> files = {}) {
  MapReader reader(std::move(files));
  return load_credentials_text(text, "c.yml", secrets_of(reader));
}

}  // namespace turnpike::conf
