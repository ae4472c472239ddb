#include "credentials/store/early_users.h"

#include <algorithm>

#include "credentials/store/sqlite_connection.h"

namespace turnpike::credentials {

StoreResult<std::optional<std::vector<Row>>> read_early_users(const std::string& path,
                                                              std::string_view realm) {
  const auto connection = make_sqlite_connection(path, milliseconds(5000));
  if (const auto connected = connection->connect(); !connected) return fail(connected.error());
  const auto columns = connection->run("SELECT name FROM pragma_table_info('turnusers_lt')");
  if (!columns) return fail(columns.error().error);
  const auto& names = columns->rows;
  if (names.empty() || std::find(names.begin(), names.end(), Row{"realm"}) != names.end()) {
    return std::optional<std::vector<Row>>();
  }
  const auto users = connection->run("SELECT name, hmackey FROM turnusers_lt");
  if (!users) return fail(users.error().error);
  std::vector<Row> rows;
  for (const Row& user : users->rows) rows.push_back({std::string(realm), user[0], user[1]});
  return std::optional(std::move(rows));
}

}  // namespace turnpike::credentials
