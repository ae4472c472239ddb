// The configuration of turnpike-cobrowse: one typed field per row of cobrowse_options.def, with its
// default, and the lines of the file that values came from. A plain value; what it means together
// is checked by check_cobrowse.h.
#pragma once

#include <string>
#include <vector>

#include "conf/relay_entry.h"
#include "conf/yaml_kind.h"

namespace turnpike::conf {

struct CobrowseKeyEntry {
#define KEY_OPTION(...) TURNPIKE_YAML_FIELD(__VA_ARGS__)
#include "conf/cobrowse_options.def"
};

struct CobrowseConfig {
#define ROOT_OPTION(...) TURNPIKE_YAML_FIELD(__VA_ARGS__)
#include "conf/cobrowse_options.def"

  std::vector<RelayEntry> relays;
  std::vector<CobrowseKeyEntry> api_keys;

  YamlPlaces places;
  /// Of the key's value in the file; the default when it is not there.
  Origin origin(const std::string& key) const {
    return places.origin(key);
  }
};

}  // namespace turnpike::conf
