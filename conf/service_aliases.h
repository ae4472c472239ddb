// The properties of another product that the services' YAML files know as names of their own keys.
#pragma once

#include <vector>

#include "conf/yaml_table.h"

namespace turnpike::conf {

/// The same for every service; each of their tables has the keys.
std::vector<YamlAlias> service_aliases();

}  // namespace turnpike::conf
