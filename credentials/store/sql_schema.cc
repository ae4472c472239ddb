// What SqlStore expects of the tables in a database, and how they come to be there.
#include <fmt/format.h>

#include <algorithm>

#include "credentials/store/sql_store.h"

namespace turnpike::credentials {
namespace {

/// PostgreSQL has races between two that create the same thing; the lock is this session's.
constexpr std::string_view kSchemaLock = "754327";

StoreResult<SqlColumns> list_columns(SqlConnection& connection, const TableShape& shape) {
  const std::vector<std::string> values = {std::string(shape.name)};
  auto found = connection.run(list_columns_statement(connection.dialect()), values);
  if (!found) return fail(found.error().error);
  SqlColumns columns;
  for (Row& row : found->rows) columns.push_back({std::move(row[0]), std::move(row[1])});
  return columns;
}

StoreError cannot_create(const TableShape& shape, const std::string& statement,
                         const StoreError& why) {
  if (why.failure == StoreFailure::kUnavailable) return why;
  return {StoreFailure::kRefused,
          fmt::format("table {} is missing and cannot be created here: {}; let somebody who may "
                      "create tables run: {};",
                      shape.name, why.text, statement)};
}

StoreResult<void> check_columns(const TableShape& shape, const SqlColumns& columns) {
  for (const ColumnShape& wanted : shape.columns) {
    const bool there = std::any_of(columns.begin(), columns.end(), [&](const SqlColumn& column) {
      return column.name == wanted.name;
    });
    if (there) continue;
    return fail(StoreError{
        StoreFailure::kRefused,
        fmt::format("table {} has no column {}: it has the layout of an early Coturn; make a new "
                    "database and copy the old one into it with `turnadmin import`",
                    shape.name, wanted.name)});
  }
  return {};
}

SqlResult with_schema_lock(SqlConnection& connection, const std::function<SqlResult()>& work) {
  auto locked = connection.run(fmt::format("SELECT pg_advisory_lock({})", kSchemaLock));
  if (!locked) return locked;
  auto done = work();
  auto unlocked = connection.run(fmt::format("SELECT pg_advisory_unlock({})", kSchemaLock));
  return done ? unlocked : done;
}

SqlResult create_table(SqlConnection& connection, const std::string& statement) {
  if (connection.dialect() != SqlDialect::kPostgresql) return connection.run(statement);
  return with_schema_lock(connection, [&] { return connection.run(statement); });
}

}  // namespace

StoreResult<SqlColumns> find_or_create_table(SqlConnection& connection, const TableShape& shape) {
  auto columns = list_columns(connection, shape);
  if (!columns) return columns;
  if (columns->empty()) {
    const std::string statement = SqlWriter(connection.dialect(), shape, {}).create();
    const auto created = create_table(connection, statement);
    if (!created) return fail(cannot_create(shape, statement, created.error().error));
    columns = list_columns(connection, shape);
    if (!columns) return columns;
  }
  if (const auto checked = check_columns(shape, *columns); !checked) return fail(checked.error());
  return columns;
}

SqlResult install_change_trigger(SqlConnection& connection, const TableShape& shape) {
  const std::vector<std::string> values = {std::string(shape.name)};
  const std::string question =
      "SELECT 1 FROM pg_catalog.pg_trigger WHERE tgname = 'turnpike_changed' AND tgrelid = "
      "pg_catalog.to_regclass($1)";
  auto there = connection.run(question, values);
  if (!there || !there->rows.empty()) return there;
  return with_schema_lock(connection, [&]() -> SqlResult {
    there = connection.run(question, values);
    if (!there || !there->rows.empty()) return there;
    auto made = connection.run(fmt::format(
        "CREATE OR REPLACE FUNCTION turnpike_changed() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN PERFORM pg_catalog.pg_notify('{}', ''); RETURN NULL; END$$",
        kChangeChannel));
    if (!made) return made;
    return connection.run(
        fmt::format("CREATE TRIGGER turnpike_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
                    "ON {} EXECUTE PROCEDURE turnpike_changed()",
                    shape.name));
  });
}

}  // namespace turnpike::credentials
