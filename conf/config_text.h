// A whole config text into TurnserverConfig: line by line, with slips, unknown keys and wrong
// values reported.
#pragma once

#include <string>
#include <string_view>

#include "conf/diagnostic.h"
#include "conf/turnserver_config.h"

namespace turnpike::conf {

void apply_config_text(std::string_view text, const std::string& file_name,
                       TurnserverConfig& config, Diagnostics& diagnostics);

}  // namespace turnpike::conf
