// Turns a loaded configuration into the core's Policy: accounts, secrets, peer lists, lifetimes,
// limits.
#pragma once

#include <string>
#include <vector>

#include "base/rng.h"
#include "conf/turnserver_config.h"
#include "relay/server/network_plan.h"
#include "relay/server/users/store_policy.h"

namespace turnpike::server {

struct PolicyOutcome {
  PolicyBase base;
  std::vector<std::string> warnings;
  std::vector<std::string> errors;  // not empty: do not start
};

/// `software` is what SOFTWARE says when it is switched on; `shards` share `max-allocations`
/// between them.
PolicyOutcome build_policy(const conf::TurnserverConfig& config, const NetworkPlan& plan,
                           const std::string& software, unsigned shards, Rng& rng);

}  // namespace turnpike::server
