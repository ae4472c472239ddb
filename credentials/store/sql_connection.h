// One connection to one SQL database: statements with values in, rows out. The only thing that
// SqlStore knows of a database; which library speaks to it is behind here. Blocking, one thread at
// a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "credentials/store/store.h"

namespace turnpike::credentials {

enum class SqlDialect : std::uint8_t { kSqlite, kPostgresql, kMysql };

struct SqlError {
  StoreError error;
  bool duplicate = false;  // the statement met a row with the same unique key
  bool retry = false;      // the database chose this transaction to break a deadlock
};

struct SqlAnswer {
  std::vector<Row> rows;  // NULL is an empty text
  std::uint64_t affected = 0;
};

using SqlResult = Result<SqlAnswer, SqlError>;
using SqlValues = std::span<const std::string>;

class SqlConnection {
 public:
  virtual ~SqlConnection() = default;
  /// "SQLite", "PostgreSQL", "MySQL"
  virtual std::string_view name() const = 0;
  virtual SqlDialect dialect() const = 0;
  /// True for a new connection, false where the one before still stands.
  virtual StoreResult<bool> connect() = 0;
  /// Runs one statement. Its values stand for the placeholders in their order and are bytes, never
  /// syntax. After kUnavailable the connection is gone, and connect() makes another one.
  virtual SqlResult run(const std::string& statement, SqlValues values) = 0;
  SqlResult run(const std::string& statement) { return run(statement, {}); }
  virtual void disconnect() = 0;
};

}  // namespace turnpike::credentials
