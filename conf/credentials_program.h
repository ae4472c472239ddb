// What the help, the man page, the sample and the documentation of credentials.yml say of
// turnpike-credentials; render_yaml.h makes them.
#pragma once

#include "conf/yaml_program.h"

namespace turnpike::conf {

YamlProgram credentials_program();

}  // namespace turnpike::conf
