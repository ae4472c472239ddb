#include "credentials/admin/turnadmin_database.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

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

const Digests& digests() {
  static const crypto::OpensslDigests openssl;
  return openssl;
}

}  // namespace

bool names_database(const Line& line) {
  return std::any_of(kDatabases.begin(), kDatabases.end(),
                     [&](const auto& each) { return line.has(each.first); });
}

Result<credentials::StoreSettings, std::string> parse_database(std::string_view text,
                                                               bool must_exist) {
  const auto colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  for (const auto& [option, kind] : kDatabases) {
    if (colon == std::string_view::npos || credentials::store_kind_name(kind) != name) continue;
    const std::string connection(text.substr(colon + 1));
    if (must_exist && kind == StoreKind::kSqlite && ::access(connection.c_str(), F_OK) != 0) {
      return fail("there is no SQLite file '" + connection + "'");
    }
    credentials::StoreSettings settings;
    settings.kind = kind;
    settings.connection = Secret(connection);
    settings.digests = &digests();
    return settings;
  }
  return fail(
      std::string("a store is written KIND:CONNECTION, the kind sqlite, postgresql, mysql, "
                  "mongodb or redis"));
}

Result<std::unique_ptr<credentials::Store>, std::string> open_database(const Line& line) {
  credentials::StoreSettings settings;
  settings.kind = StoreKind::kSqlite;
  settings.digests = &digests();
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
