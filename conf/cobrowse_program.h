// What the help, the man page, the sample and the documentation of cobrowse.yml say of
// turnpike-cobrowse; render_yaml.h makes them.
#pragma once

#include "conf/yaml_program.h"

namespace turnpike::conf {

YamlProgram cobrowse_program();

}  // namespace turnpike::conf
