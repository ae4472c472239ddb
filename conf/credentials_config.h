// The configuration of turnpike-credentials: one typed field per row of credentials_options.def,
// with its default, and the lines of the file that values came from. A plain value; what it means
// together is checked by credentials/server.
#pragma once

#include <string>
#include <vector>

#include "conf/relay_entry.h"
#include "conf/yaml_kind.h"

namespace turnpike::conf {

struct ApiKeyEntry {
#define KEY_OPTION(...) TURNPIKE_YAML_FIELD(__VA_ARGS__)
#include "conf/credentials_options.def"
};

struct CredentialsConfig {
#define ROOT_OPTION(...) TURNPIKE_YAML_FIELD(__VA_ARGS__)
#include "conf/credentials_options.def"

  std::vector<RelayEntry> relays;
  std::vector<ApiKeyEntry> api_keys;

  YamlPlaces places;
  /// Of the key's value in the file; the default when it is not there.
  Origin origin(const std::string& key) const {
    return places.origin(key);
  }
};

}  // namespace turnpike::conf
