// The rows of credentials_options.def as data, and the members of the configuration that belong to
// them.
#pragma once

#include "conf/credentials_config.h"
#include "conf/yaml_target.h"

namespace turnpike::conf {

const YamlTable& credentials_table();
/// Points into `config`.
YamlTarget credentials_target(CredentialsConfig& config);

}  // namespace turnpike::conf
