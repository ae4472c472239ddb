#include "relay/server/users/store_choice.h"

#include <fmt/format.h>

#include <array>

namespace turnpike::server {

using conf::Option;
using credentials::StoreKind;

Result<std::optional<credentials::StoreSettings>, std::string> choose_store(
    const conf::TurnserverConfig& config) {
  struct Named {
    Option option;
    StoreKind kind;
    Secret connection;
  };
  const std::array<Named, 5> all = {
      {{Option::userdb, StoreKind::kSqlite, Secret(config.userdb)},
       {Option::psql_userdb, StoreKind::kPostgresql, config.psql_userdb},
       {Option::mysql_userdb, StoreKind::kMysql, config.mysql_userdb},
       {Option::mongo_userdb, StoreKind::kMongo, config.mongo_userdb},
       {Option::redis_userdb, StoreKind::kRedis, config.redis_userdb}}};
  const Named* chosen = nullptr;
  for (const Named& named : all) {
    if (named.connection.empty()) continue;
    if (chosen != nullptr) {
      return fail(fmt::format(
          "{}: {} contradicts {} ({}); there is one user database: take one of "
          "them away",
          config.origin(named.option).to_string(), conf::row_of(named.option).name,
          conf::row_of(chosen->option).name, config.origin(chosen->option).to_string()));
    }
    chosen = &named;
  }
  if (chosen == nullptr) return std::nullopt;
  credentials::StoreSettings settings{.kind = chosen->kind, .connection = chosen->connection};
  settings.secret_key_file = config.secret_key_file;
  const auto opened = credentials::open_store(settings);
  if (!opened) {
    return fail(fmt::format("{}: {}: {}", config.origin(chosen->option).to_string(),
                            conf::row_of(chosen->option).name, opened.error().text));
  }
  return settings;
}

}  // namespace turnpike::server
