#include "credentials/store/open_store.h"

#include <fmt/format.h>

#include <atomic>

#include "credentials/store/memory_store.h"
#include "credentials/store/mongo_store.h"
#include "credentials/store/mysql_connection.h"
#include "credentials/store/mysql_settings.h"
#include "credentials/store/postgresql_connection.h"
#include "credentials/store/redis_store.h"
#include "credentials/store/sql_store.h"
#include "credentials/store/sqlite_connection.h"
#include "credentials/store/sqlite_feed.h"

namespace turnpike::credentials {
namespace {

using Opened = StoreResult<std::unique_ptr<Store>>;

Opened open_sqlite(const StoreSettings& settings) {
  const std::string path(settings.connection.reveal());
  if (path.empty()) {
    return fail(StoreError{StoreFailure::kRefused, "SQLite: the path of the file is missing"});
  }
  const milliseconds timeout = settings.timeout;
  return std::make_unique<SqlStore>(
      make_sqlite_connection(path, timeout),
      [path, timeout, told = std::make_shared<std::atomic<bool>>(false)] {
        return make_sqlite_feed(path, timeout, told);
      });
}

Opened open_postgresql(const StoreSettings& settings) {
  auto connection = make_postgresql_connection(settings.connection, settings.timeout);
  if (!connection) return fail(connection.error());
  return std::make_unique<SqlStore>(std::move(*connection),
                                    [conninfo = settings.connection, timeout = settings.timeout,
                                     told = std::make_shared<std::atomic<bool>>(false)] {
                                      return make_postgresql_feed(conninfo, timeout, told);
                                    });
}

Opened open_mysql(const StoreSettings& settings) {
  auto parsed = parse_mysql_settings(settings.connection, settings.secret_key_file);
  if (!parsed) return fail(parsed.error());
  // MySQL tells of nothing: kMaxStaleness is what there is.
  return std::make_unique<SqlStore>(make_mysql_connection(std::move(*parsed), settings.timeout),
                                    [] { return nullptr; });
}

}  // namespace

StoreResult<std::unique_ptr<Store>> open_store(const StoreSettings& settings) {
  switch (settings.kind) {
    case StoreKind::kMemory:
      return open_memory_store(settings.connection.reveal());
    case StoreKind::kSqlite:
      return open_sqlite(settings);
    case StoreKind::kPostgresql:
      return open_postgresql(settings);
    case StoreKind::kMysql:
      return open_mysql(settings);
    case StoreKind::kMongo:
      return open_mongo_store(settings.connection.reveal(), settings.timeout);
    case StoreKind::kRedis:
      return open_redis_store(settings.connection.reveal(), settings.timeout, settings.digests);
  }
  return fail(StoreError{StoreFailure::kRefused, fmt::format("this build has no {} store",
                                                             store_kind_name(settings.kind))});
}

std::string_view store_kind_name(StoreKind kind) {
  switch (kind) {
    case StoreKind::kMemory:
      return "memory";
    case StoreKind::kSqlite:
      return "sqlite";
    case StoreKind::kPostgresql:
      return "postgresql";
    case StoreKind::kMysql:
      return "mysql";
    case StoreKind::kMongo:
      return "mongodb";
    case StoreKind::kRedis:
      return "redis";
  }
  return "";
}

}  // namespace turnpike::credentials
