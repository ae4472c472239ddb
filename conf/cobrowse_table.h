// The rows of cobrowse_options.def as data, and the members of the configuration that belong to
// them.
#pragma once

#include "conf/cobrowse_config.h"
#include "conf/yaml_target.h"

namespace turnpike::conf {

const YamlTable& cobrowse_table();
/// Points into `config`.
YamlTarget cobrowse_target(CobrowseConfig& config);

}  // namespace turnpike::conf
