// Which user database the configuration names: userdb, psql-userdb, mysql-userdb, mongo-userdb or
// redis-userdb.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "conf/turnserver_config.h"
#include "credentials/store/open_store.h"

namespace turnpike::server {

/// Nothing: none is configured. The error names the two options that contradict each other, or what
/// is wrong with a connection string.
Result<std::optional<credentials::StoreSettings>, std::string> choose_store(
    const conf::TurnserverConfig& config);

}  // namespace turnpike::server
