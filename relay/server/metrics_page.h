// The numbers of the whole process, gathered from the shards for the metrics page. Any thread;
// nothing is stopped for it.
#pragma once

#include <string>

#include "conf/turnserver_config.h"
#include "relay/server/ops/logging.h"
#include "relay/server/relay.h"

namespace turnpike::server {

std::string metrics_page(const Relay& relay, const conf::TurnserverConfig& config,
                         const Logging& logging);

}  // namespace turnpike::server
