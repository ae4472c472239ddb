// The statements of the SQL stores, made from tables.def: values are parameters, always. Runs
// nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "credentials/store/store.h"
#include "credentials/store/tables.h"

namespace turnpike::credentials {

enum class SqlKind : std::uint8_t { kSqlite, kPostgresql, kMysql };

/// A statement and the texts that its placeholders stand for.
struct SqlStatement {
  std::string text;
  std::vector<std::string> values;
};

/// As in Coturn's schema.sql where the table is Coturn's; does nothing to a table that is there.
std::string create_table(SqlKind kind, const TableShape& shape);
/// Inserts the row or replaces the one with its key.
SqlStatement put_row(SqlKind kind, const TableShape& shape, const Row& row);
SqlStatement erase_rows(SqlKind kind, const TableShape& shape, const Match& match);
SqlStatement erase_below(SqlKind kind, const TableShape& shape, std::size_t column,
                         std::int64_t bound);
SqlStatement select_rows(SqlKind kind, const TableShape& shape, const Match& match,
                         std::size_t limit);

/// Whether ChangeFeeds tell of the table. Not of those that relays have no use for and that change
/// all the time.
bool is_watched(const TableShape& shape);

}  // namespace turnpike::credentials
