// Startup: from a loaded configuration to everything the relay needs to run, checked as far as it
// can be without opening a socket. `--check-config` stops here, so what it says is what a start
// would say.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/rng.h"
#include "conf/load_turnserver.h"
#include "credentials/store/redis_settings.h"
#include "relay/crypto/tls_context.h"
#include "relay/server/network_plan.h"
#include "relay/server/users/store_choice.h"
#include "relay/server/users/store_policy.h"

namespace turnpike::server {

struct Setup {
  NetworkPlan plan;
  std::shared_ptr<const crypto::TlsContext> tls;  // empty: no TLS
  PolicyBase base;
  std::optional<credentials::StoreSettings> store;  // nothing: no store of users
  unsigned shards = 1;
  std::optional<credentials::RedisSettings> redis_stats;  // redis-statsdb
};

struct SetupOutcome {
  Setup setup;
  std::vector<std::string> notes;  // worth a line at every start
  std::vector<std::string> warnings;
  std::vector<std::string> errors;  // not empty: do not start
};

/// `executable_folder` is one of the places where certificates are looked for.
SetupOutcome set_up(const conf::TurnserverConfig& config, const std::string& executable_folder,
                    Rng& rng);

/// For a start and for SIGUSR2. Nothing and no error: TLS is off (`no-tls`, or no certificate is
/// configured).
struct TlsOutcome {
  std::shared_ptr<const crypto::TlsContext> context;
  std::string error;
};
TlsOutcome load_tls(const conf::TurnserverConfig& config, const std::string& executable_folder);

/// Threads for packets: `relay-threads`, or one per CPU that this process may use.
unsigned shard_count(const conf::TurnserverConfig& config);

/// The machine's DNS domain, or empty: the default realm, as in Coturn.
std::string host_domain_name();

/// Program name and version, as SOFTWARE shows it when it is switched on.
std::string software_name();

}  // namespace turnpike::server
