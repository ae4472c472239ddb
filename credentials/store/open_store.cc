#include "credentials/store/open_store.h"

#include <fmt/format.h>

#include "credentials/store/memory_store.h"
#include "credentials/store/mongo_store.h"
#include "credentials/store/redis_store.h"

namespace turnpike::credentials {

StoreResult<std::unique_ptr<Store>> open_store(const StoreSettings& settings) {
  switch (settings.kind) {
    case StoreKind::kMemory:
      return open_memory_store(settings.connection.reveal());
    case StoreKind::kSqlite:
    case StoreKind::kPostgresql:
    case StoreKind::kMysql:
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
