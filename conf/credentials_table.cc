#include "conf/credentials_table.h"

#include "conf/service_aliases.h"

namespace turnpike::conf {
namespace {

YamlMembers root_members(CredentialsConfig& of) {
  return {
#define ROOT_OPTION(...) TURNPIKE_YAML_MEMBER(__VA_ARGS__)
#include "conf/credentials_options.def"
  };
}

YamlMembers key_members(ApiKeyEntry& of) {
  return {
#define KEY_OPTION(...) TURNPIKE_YAML_MEMBER(__VA_ARGS__)
#include "conf/credentials_options.def"
  };
}

std::vector<YamlRow> rows() {
  return {
#define ROOT_OPTION(...) TURNPIKE_YAML_ROW("", __VA_ARGS__)
#define RELAY_OPTION(...) TURNPIKE_YAML_ROW("relays", __VA_ARGS__)
#define KEY_OPTION(...) TURNPIKE_YAML_ROW("api_keys", __VA_ARGS__)
#include "conf/credentials_options.def"
  };
}

}  // namespace

const YamlTable& credentials_table() {
  static const YamlTable table{.rows = rows(), .aliases = service_aliases()};
  return table;
}

YamlTarget credentials_target(CredentialsConfig& config) {
  return {.table = credentials_table(),
          .places = config.places,
          .members = root_members(config),
          .lists = {yaml_list_of("relays", {"host"}, config.relays, relay_members),
                    yaml_list_of("api_keys", {"id"}, config.api_keys, key_members)}};
}

}  // namespace turnpike::conf
