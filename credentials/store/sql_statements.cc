#include "credentials/store/sql_statements.h"

#include <fmt/format.h>

namespace turnpike::credentials {
namespace {

std::string quoted(SqlKind kind, std::string_view name) {
  const char quote = kind == SqlKind::kMysql ? '`' : '"';
  return fmt::format("{}{}{}", quote, name, quote);
}

/// Writes placeholders and keeps the values that they stand for, in order.
class Statement {
 public:
  Statement(SqlKind kind, std::string text) : kind_(kind) { out_.text = std::move(text); }

  void add(std::string_view text) { out_.text += text; }
  void add_value(std::string value) {
    out_.values.push_back(std::move(value));
    out_.text += kind_ == SqlKind::kPostgresql ? fmt::format("${}", out_.values.size()) : "?";
  }

  /// MySQL's collations may take "Bob" for "bob": the second comparison is of bytes, the first one
  /// can use the index.
  void add_equals(const ColumnShape& column, const std::string& value) {
    add(quoted(kind_, column.name) + " = ");
    add_value(value);
    if (kind_ != SqlKind::kMysql || column.kind == ColumnKind::kNumber) return;
    add(fmt::format(" AND BINARY {} = BINARY ", quoted(kind_, column.name)));
    add_value(value);
  }

  void add_where(const TableShape& shape, const Match& match) {
    for (std::size_t i = 0; i < match.size(); ++i) {
      add(i == 0 ? " WHERE " : " AND ");
      add_equals(shape.columns[match[i].first], match[i].second);
    }
  }

  SqlStatement take() { return std::move(out_); }

 private:
  SqlKind kind_;
  SqlStatement out_;
};

std::string column_list(SqlKind kind, std::span<const ColumnShape> columns) {
  std::string list;
  for (const ColumnShape& column : columns) {
    if (!list.empty()) list += ", ";
    list += quoted(kind, column.name);
  }
  return list;
}

std::string column_type(SqlKind kind, const ColumnShape& column) {
  if (column.kind == ColumnKind::kNumber) return "bigint";
  // MySQL counts a row's bytes; a long text is stored beside it.
  if (kind == SqlKind::kMysql && column.max_bytes > 1024) return "text";
  return fmt::format("varchar({})", column.max_bytes);
}

std::string on_conflict(const TableShape& shape) {
  const auto keys = shape.columns.first(shape.key_columns);
  const auto rest = shape.columns.subspan(shape.key_columns);
  std::string text = fmt::format(" ON CONFLICT ({}) DO ", column_list(SqlKind::kPostgresql, keys));
  if (rest.empty()) return text + "NOTHING";
  text += "UPDATE SET ";
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const std::string name = quoted(SqlKind::kPostgresql, rest[i].name);
    text += fmt::format("{}{} = EXCLUDED.{}", i == 0 ? "" : ", ", name, name);
  }
  return text;
}

}  // namespace

std::string create_table(SqlKind kind, const TableShape& shape) {
  std::string text = fmt::format("CREATE TABLE IF NOT EXISTS {} (", quoted(kind, shape.name));
  for (const ColumnShape& column : shape.columns) {
    const bool key = column.role == ColumnRole::kKey;
    text += fmt::format("{} {}{}, ", quoted(kind, column.name), column_type(kind, column),
                        key ? " NOT NULL DEFAULT ''" : "");
  }
  text +=
      fmt::format("PRIMARY KEY ({}))", column_list(kind, shape.columns.first(shape.key_columns)));
  // Names are compared as bytes, and a key of 639 characters must fit an index of 3072 bytes.
  if (kind == SqlKind::kMysql) text += " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
  return text;
}

SqlStatement put_row(SqlKind kind, const TableShape& shape, const Row& row) {
  constexpr std::string_view kReplace = "REPLACE";  // SQLite and MySQL
  const bool postgresql = kind == SqlKind::kPostgresql;
  Statement statement(kind,
                      fmt::format("{} INTO {} ({}) VALUES (", postgresql ? "INSERT" : kReplace,
                                  quoted(kind, shape.name), column_list(kind, shape.columns)));
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) statement.add(", ");
    statement.add_value(row[i]);
  }
  statement.add(")");
  if (postgresql) statement.add(on_conflict(shape));
  return statement.take();
}

SqlStatement erase_rows(SqlKind kind, const TableShape& shape, const Match& match) {
  Statement statement(kind, fmt::format("DELETE FROM {}", quoted(kind, shape.name)));
  statement.add_where(shape, match);
  return statement.take();
}

SqlStatement erase_below(SqlKind kind, const TableShape& shape, std::size_t column,
                         std::int64_t bound) {
  Statement statement(kind, fmt::format("DELETE FROM {} WHERE {} < ", quoted(kind, shape.name),
                                        quoted(kind, shape.columns[column].name)));
  statement.add_value(fmt::format("{}", bound));
  return statement.take();
}

SqlStatement select_rows(SqlKind kind, const TableShape& shape, const Match& match,
                         std::size_t limit) {
  Statement statement(kind, fmt::format("SELECT {} FROM {}", column_list(kind, shape.columns),
                                        quoted(kind, shape.name)));
  statement.add_where(shape, match);
  const auto keys = shape.columns.first(shape.key_columns);
  statement.add(" ORDER BY ");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    // The order of bytes everywhere, whatever the database's language.
    const std::string name = quoted(kind, keys[i].name);
    if (i > 0) statement.add(", ");
    switch (kind) {
      case SqlKind::kSqlite:
        statement.add(name);
        break;
      case SqlKind::kPostgresql:
        statement.add(name + " COLLATE \"C\"");
        break;
      case SqlKind::kMysql:
        statement.add("BINARY " + name);
        break;
    }
  }
  statement.add(fmt::format(" LIMIT {}", limit));
  return statement.take();
}

bool is_watched(const TableShape& shape) {
  return shape.id != Table::kCredential && shape.id != Table::kApiKey;
}

}  // namespace turnpike::credentials
