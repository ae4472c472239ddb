// What is rendered from credentials_options.def: help, man page, sample file, documentation page,
// and the configuration in force. Texts only; nothing is printed here.
#pragma once

#include <string>

#include "conf/credentials_config.h"

namespace turnpike::conf {

std::string render_credentials_help();
std::string render_credentials_man_page();
/// conf/samples/credentials.yml: every key with its default or an example, commented out.
std::string render_credentials_sample();
/// docs/credentials-options.md
std::string render_credentials_page();
/// `--dump-config`: every key as YAML with the line that it comes from; no secrets.
std::string render_credentials_dump(const CredentialsConfig& config);

}  // namespace turnpike::conf
