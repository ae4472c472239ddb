#include "credentials/admin/turnadmin_database.h"

#include <unistd.h>

#include <array>
#include <utility>

#include "credentials/store/open_store.h"
#include "relay/crypto/openssl_digests.h"

namespace turnpike::admin {
namespace {

using credentials::StoreKind;

constexpr const char* kDefaultDatabase = "/var/lib/turn/turndb";  // Coturn's

constexpr std::array kDatabases = {
    std::pair{Option::kSqlite, StoreKind::kSqlite},
    std::pair{Option::kPostgresql, StoreKind::kPostgresql},
    std::pair{Option::kMysql, StoreKind::kMysql},
    std::pair{Option::kMongo, StoreKind::kMongo},
    std::pair{Option::kRedis, StoreKind::kRedis},
};

}  // namespace

Result<std::unique_ptr<credentials::Store>, std::string> open_database(const Line& line) {
  static const crypto::OpensslDigests digests;
  credentials::StoreSettings settings;
  settings.kind = StoreKind::kSqlite;
  settings.digests = &digests;
  std::string named;
  for (const auto& [option, kind] : kDatabases) {
    if (!line.has(option)) continue;
    if (!named.empty()) {
      return fail("more than one database is named, by " + named + " and " + spelling(option));
    }
    named = spelling(option);
    settings.kind = kind;
    settings.connection = Secret(std::string(line.value(option)));
  }
  if (named.empty()) {
    if (::access(kDefaultDatabase, F_OK) != 0) {
      return fail(std::string("there is no database ") + kDefaultDatabase +
                  ", name one with -b, -e, -M, -J or -N");
    }
    settings.connection = Secret(kDefaultDatabase);
  }
  auto store = credentials::open_store(settings);
  if (!store) return fail(store.error().text);
  return *std::move(store);
}

}  // namespace turnpike::admin
