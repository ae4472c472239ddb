// What is rendered from cobrowse_options.def: help, man page, sample file, documentation page,
// and the configuration in force. Texts only; nothing is printed here.
#pragma once

#include <string>

#include "conf/cobrowse_config.h"

namespace turnpike::conf {

std::string render_cobrowse_help();
std::string render_cobrowse_man_page();
/// conf/samples/cobrowse.yml: every key with its default or an example, commented out.
std::string render_cobrowse_sample();
/// docs/cobrowse-options.md
std::string render_cobrowse_page();
/// `--dump-config`: every key as YAML with the line that it comes from; no secrets.
std::string render_cobrowse_dump(const CobrowseConfig& config);

}  // namespace turnpike::conf
