// What is rendered from the table of a service with a YAML configuration: help, man page, sample
// file, documentation page, and the configuration in force. Texts only; nothing is printed here.
#pragma once

#include <string>

#include "conf/yaml_program.h"
#include "conf/yaml_target.h"

namespace turnpike::conf {

/// What `--help` prints; at most 80 columns.
std::string render_yaml_help(const YamlProgram& program);
std::string render_yaml_man_page(const YamlProgram& program);
/// Every key with its default or an example, commented out.
std::string render_yaml_sample(const YamlProgram& program);
/// The documentation page of its keys, in Markdown.
std::string render_yaml_page(const YamlProgram& program);
/// `--dump-config`: every key as YAML with the line that it comes from; no secrets.
std::string render_yaml_dump(const YamlTarget& target);

}  // namespace turnpike::conf
