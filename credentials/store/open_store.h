// Which store, and where: from one of the six ways to name one to a Store. Connects to nothing yet.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/digests.h"
#include "base/secret.h"
#include "credentials/store/store.h"

namespace turnpike::credentials {

enum class StoreKind : std::uint8_t { kMemory, kSqlite, kPostgresql, kMysql, kMongo, kRedis };

struct StoreSettings {
  StoreKind kind = StoreKind::kMemory;
  /// SQLite: a path. Redis, PostgreSQL, MySQL: Coturn's connection strings (`host=… dbname=…`).
  /// MongoDB: a mongodb:// URI. Memory: a name; stores of one name share their rows.
  Secret connection{};
  std::string secret_key_file{};  // MySQL: `secret-key-file`, decrypts the password
  milliseconds timeout{5000};     // for connecting and for each call, where the string says nothing
  /// Redis: computes the keys of users who are kept with their password. Not owned.
  const Digests* digests = nullptr;
};

/// Fails for a connection string that cannot be understood, or a kind that this build leaves out.
StoreResult<std::unique_ptr<Store>> open_store(const StoreSettings& settings);

/// "memory", "sqlite", "postgresql", "mysql", "mongodb", "redis"
std::string_view store_kind_name(StoreKind kind);

}  // namespace turnpike::credentials
