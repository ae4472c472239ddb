// What is wrong with values of cobrowse.yml that are right each by itself, or that a range cannot
// say. TLS, listeners, entry paths, API keys and tokens are checked where they are used.
#pragma once

#include "conf/cobrowse_config.h"
#include "conf/diagnostic.h"

namespace turnpike::conf {

/// Adds errors, and warnings about what is allowed and unwise; each with the line of its key.
void check_cobrowse(const CobrowseConfig& config, Diagnostics& diagnostics);

}  // namespace turnpike::conf
