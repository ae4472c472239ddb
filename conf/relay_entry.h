// A relay as the services' configurations list it: one entry of `relays`.
#pragma once

#include "conf/yaml_kind.h"
#include "conf/yaml_target.h"

namespace turnpike::conf {

/// The rows of shared_relay.def; `probe` is a key of credentials.yml only, empty elsewhere.
struct RelayEntry {
#define RELAY_OPTION(...) TURNPIKE_YAML_FIELD(__VA_ARGS__)
#include "conf/credentials_options.def"
};

/// Points into `of`.
YamlMembers relay_members(RelayEntry& of);

}  // namespace turnpike::conf
