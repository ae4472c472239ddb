#include "conf/relay_entry.h"

namespace turnpike::conf {

YamlMembers relay_members(RelayEntry& of) {
  return {
#define RELAY_OPTION(...) TURNPIKE_YAML_MEMBER(__VA_ARGS__)
#include "conf/credentials_options.def"
  };
}

}  // namespace turnpike::conf
