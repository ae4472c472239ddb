#include "conf/cobrowse_table.h"

#include "conf/service_aliases.h"

namespace turnpike::conf {
namespace {

YamlMembers root_members(CobrowseConfig& of) {
  return {
#define ROOT_OPTION(...) TURNPIKE_YAML_MEMBER(__VA_ARGS__)
#include "conf/cobrowse_options.def"
  };
}

YamlMembers key_members(CobrowseKeyEntry& of) {
  return {
#define KEY_OPTION(...) TURNPIKE_YAML_MEMBER(__VA_ARGS__)
#include "conf/cobrowse_options.def"
  };
}

std::vector<YamlRow> rows() {
  return {
#define ROOT_OPTION(...) TURNPIKE_YAML_ROW("", __VA_ARGS__)
#define RELAY_OPTION(...) TURNPIKE_YAML_ROW("relays", __VA_ARGS__)
#define KEY_OPTION(...) TURNPIKE_YAML_ROW("api_keys", __VA_ARGS__)
#include "conf/cobrowse_options.def"
  };
}

}  // namespace

const YamlTable& cobrowse_table() {
  static const YamlTable table{.rows = rows(), .aliases = service_aliases()};
  return table;
}

YamlTarget cobrowse_target(CobrowseConfig& config) {
  return {.table = cobrowse_table(),
          .places = config.places,
          .members = root_members(config),
          .lists = {yaml_list_of("relays", {"host"}, config.relays, relay_members),
                    yaml_list_of("api_keys", {"id", "hash"}, config.api_keys, key_members)}};
}

}  // namespace turnpike::conf
