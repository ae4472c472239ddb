// What the configured limits cost: the lines that the log shows at start, so that nobody has to
// guess whether the machine is large enough.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conf/turnserver_config.h"
#include "relay/server/startup.h"

namespace turnpike::server {

/// `descriptors`: how many this process may have open. A line that says "only" means that a limit
/// cannot be reached.
std::vector<std::string> memory_plan(const conf::TurnserverConfig& config, const Setup& setup,
                                     std::uint64_t descriptors);

}  // namespace turnpike::server
