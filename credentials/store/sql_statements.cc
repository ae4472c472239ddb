#include "credentials/store/sql_statements.h"

#include <fmt/format.h>

#include <algorithm>

namespace turnpike::credentials {
namespace {

std::string quoted(std::string_view name) {
  return fmt::format("\"{}\"", name);
}

/// It becomes part of a statement, so nothing but a name passes.
bool is_charset_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

std::string SqlWriter::place(std::size_t index) const {
  return dialect_ == SqlDialect::kPostgresql ? fmt::format("${}", index) : std::string("?");
}

std::string SqlWriter::column(std::size_t index) const {
  return quoted(shape_.columns[index].name);
}

std::string SqlWriter::charset_of(std::size_t index) const {
  for (const SqlColumn& found : found_) {
    if (found.name == shape_.columns[index].name && is_charset_name(found.charset)) {
      return found.charset;
    }
  }
  return "";
}

/// Bytes are compared whatever collation the column has, and an index of it is still used.
std::string SqlWriter::equals(std::size_t index, const std::string& value,
                              std::vector<std::string>& values) const {
  const std::string name = column(index);
  values.push_back(value);
  std::string same;
  switch (dialect_) {
    case SqlDialect::kSqlite:
      same = fmt::format("{} = ?", name);
      break;
    case SqlDialect::kPostgresql:
      same = fmt::format("CAST({} AS text) = {}", name, place(values.size()));
      break;
    case SqlDialect::kMysql:
      same = fmt::format("BINARY {} = ?", name);
      if (const std::string charset = charset_of(index); !charset.empty()) {
        values.push_back(value);
        same += fmt::format(" AND {} = CONVERT(? USING {})", name, charset);
      } else if (shape_.columns[index].kind == ColumnKind::kText) {
        values.push_back(value);
        same += fmt::format(" AND {} = ?", name);
      }
      break;
  }
  return value.empty() ? fmt::format("(({}) OR {} IS NULL)", same, name) : same;
}

std::string SqlWriter::where(const Match& match, std::vector<std::string>& values) const {
  std::string text;
  for (const auto& [index, value] : match) {
    text += text.empty() ? " WHERE " : " AND ";
    text += equals(index, value, values);
  }
  return text;
}

SqlStatement SqlWriter::insert(const Row& row) const {
  std::string names;
  std::string places;
  std::string keys;
  std::string updates;
  for (std::size_t i = 0; i < shape_.columns.size(); ++i) {
    const std::string comma = i == 0 ? "" : ", ";
    names += comma + column(i);
    places += comma + place(i + 1);
    if (i < shape_.key_columns) keys += comma + column(i);
    if (i >= shape_.key_columns) {
      updates +=
          fmt::format("{}{} = EXCLUDED.{}", updates.empty() ? "" : ", ", column(i), column(i));
    }
  }
  std::string text = fmt::format("INSERT INTO {} ({}) VALUES ({})", shape_.name, names, places);
  if (dialect_ != SqlDialect::kMysql) {
    text += updates.empty() ? fmt::format(" ON CONFLICT ({}) DO NOTHING", keys)
                            : fmt::format(" ON CONFLICT ({}) DO UPDATE SET {}", keys, updates);
  }
  return {std::move(text), row};
}

SqlStatement SqlWriter::update(const Row& row) const {
  SqlStatement statement;
  std::string assignments;
  // A table of keys alone gets one of them as it is, so that the rows that match are counted.
  const std::size_t first =
      shape_.key_columns == shape_.columns.size() ? std::size_t{0} : shape_.key_columns;
  for (std::size_t i = first; i < shape_.columns.size(); ++i) {
    statement.values.push_back(row[i]);
    assignments += fmt::format("{}{} = {}", assignments.empty() ? "" : ", ", column(i),
                               place(statement.values.size()));
  }
  const std::string condition = where(key_of(row), statement.values);
  statement.text = fmt::format("UPDATE {} SET {}{}", shape_.name, assignments, condition);
  return statement;
}

SqlStatement SqlWriter::erase(const Match& match) const {
  SqlStatement statement;
  const std::string condition = where(match, statement.values);
  statement.text = fmt::format("DELETE FROM {}{}", shape_.name, condition);
  return statement;
}

SqlStatement SqlWriter::erase_below(std::size_t index, std::int64_t bound) const {
  return {fmt::format("DELETE FROM {} WHERE {} < {}", shape_.name, column(index), bound), {}};
}

SqlStatement SqlWriter::select(const Match& match, std::size_t limit) const {
  SqlStatement statement;
  std::string names;
  std::string order;
  for (std::size_t i = 0; i < shape_.columns.size(); ++i) {
    const std::string comma = i == 0 ? "" : ", ";
    // PostgreSQL pads char(n) with blanks; as text it is what was written.
    names +=
        comma + (dialect_ == SqlDialect::kPostgresql ? fmt::format("CAST({} AS text)", column(i))
                                                     : column(i));
    if (i >= shape_.key_columns) continue;
    switch (dialect_) {
      case SqlDialect::kSqlite:
        order += comma + column(i);
        break;
      case SqlDialect::kPostgresql:
        order += comma + column(i) + " COLLATE \"C\"";
        break;
      case SqlDialect::kMysql:
        order += comma + "BINARY " + column(i);
        break;
    }
  }
  const std::string condition = where(match, statement.values);
  statement.text = fmt::format("SELECT {} FROM {}{} ORDER BY {} LIMIT {}", names, shape_.name,
                               condition, order, limit);
  return statement;
}

std::string SqlWriter::type_of(const ColumnShape& shape) const {
  if (shape.kind == ColumnKind::kNumber) return shape.max_bytes > 10 ? "bigint" : "integer";
  const bool binary = dialect_ == SqlDialect::kMysql && shape_.owner == TableOwner::kOurs;
  return fmt::format("{}({})", binary ? "varbinary" : "varchar", shape.max_bytes);
}

std::string SqlWriter::create() const {
  std::string columns;
  std::string keys;
  for (std::size_t i = 0; i < shape_.columns.size(); ++i) {
    const ColumnShape& shape = shape_.columns[i];
    const bool number = shape.kind == ColumnKind::kNumber;
    columns +=
        fmt::format("{} {} NOT NULL DEFAULT {}, ", column(i), type_of(shape), number ? "0" : "''");
    if (i < shape_.key_columns) keys += (i == 0 ? "" : ", ") + column(i);
  }
  std::string text =
      fmt::format("CREATE TABLE IF NOT EXISTS {} ({}PRIMARY KEY ({}))", shape_.name, columns, keys);
  if (dialect_ == SqlDialect::kMysql) text += " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
  return text;
}

Match SqlWriter::key_of(const Row& row) const {
  Match match;
  for (std::size_t i = 0; i < shape_.key_columns; ++i) match.emplace_back(i, row[i]);
  return match;
}

std::string list_columns_statement(SqlDialect dialect) {
  switch (dialect) {
    case SqlDialect::kSqlite:
      return "SELECT name, '' FROM pragma_table_info(?)";
    case SqlDialect::kPostgresql:
      return "SELECT attname, '' FROM pg_catalog.pg_attribute WHERE attrelid = "
             "pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped";
    case SqlDialect::kMysql:
      return "SELECT column_name, character_set_name FROM information_schema.columns WHERE "
             "table_schema = DATABASE() AND table_name = ?";
  }
  return "";
}

}  // namespace turnpike::credentials
