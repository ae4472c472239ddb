// The statements of SqlStore as text, written from the shape of a table for one dialect. Names of
// tables and columns come from tables.def; values are placeholders always.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "credentials/store/sql_connection.h"

namespace turnpike::credentials {

/// What a database says of a table's columns: names, and character sets where that matters (MySQL;
/// empty for binary columns and numbers).
struct SqlColumn {
  std::string name;
  std::string charset;
};
using SqlColumns = std::vector<SqlColumn>;

/// A statement and the values for its placeholders.
struct SqlStatement {
  std::string text;
  std::vector<std::string> values;
};

class SqlWriter {
 public:
  /// `found` as the database has the table; empty where that does not matter.
  SqlWriter(SqlDialect dialect, const TableShape& shape, const SqlColumns& found)
      : dialect_(dialect), shape_(shape), found_(found) {}

  /// Replaces a row with the same key; for MySQL, which has none that compares bytes, it only
  /// inserts, and update() follows where the key is taken.
  SqlStatement insert(const Row& row) const;
  /// Sets the value columns of the row with this key.
  SqlStatement update(const Row& row) const;
  SqlStatement erase(const Match& match) const;
  SqlStatement erase_below(std::size_t column, std::int64_t bound) const;
  SqlStatement select(const Match& match, std::size_t limit) const;
  std::string create() const;

  /// The conditions that make `row`'s key.
  Match key_of(const Row& row) const;

 private:
  std::string place(std::size_t index) const;
  std::string column(std::size_t index) const;
  std::string equals(std::size_t index, const std::string& value,
                     std::vector<std::string>& values) const;
  std::string where(const Match& match, std::vector<std::string>& values) const;
  std::string type_of(const ColumnShape& column) const;
  std::string charset_of(std::size_t index) const;

  SqlDialect dialect_;
  const TableShape& shape_;
  const SqlColumns& found_;
};

/// The statement that lists a table's columns: name and character set. Its value is the table.
std::string list_columns_statement(SqlDialect dialect);

}  // namespace turnpike::credentials
