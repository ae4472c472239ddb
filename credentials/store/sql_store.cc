#include "credentials/store/sql_store.h"

#include <fmt/format.h>

namespace turnpike::credentials {

StoreResult<void> SqlStore::open() {
  const auto connected = connection_->connect();
  if (!connected) return fail(connected.error());
  if (*connected) known_.clear();  // it may be another database by now
  return {};
}

StoreResult<void> SqlStore::open_table(const TableShape& shape) {
  if (auto opened = open(); !opened) return opened;
  if (known_.contains(shape.id)) return {};
  auto columns = find_or_create_table(*connection_, shape);
  if (!columns) return fail(columns.error());
  known_[shape.id] = std::move(*columns);
  return {};
}

StoreResult<void> SqlStore::prepare() {
  for (const TableShape& shape : tables()) {
    if (auto opened = open_table(shape); !opened) return opened;
  }
  return {};
}

SqlWriter SqlStore::writer(Table table) {
  return {connection_->dialect(), shape_of(table), known_[table]};
}

SqlResult SqlStore::run(const SqlStatement& statement) {
  return connection_->run(statement.text, statement.values);
}

SqlResult SqlStore::put_row(Table table, const Row& row) {
  auto inserted = run(writer(table).insert(row));
  if (inserted || !inserted.error().duplicate) return inserted;
  auto updated = run(writer(table).update(row));
  if (updated && updated->affected == 0) {
    return fail(SqlError{
        {StoreFailure::kRefused,
         fmt::format("{}: the table takes another row for the same key, since its collation does "
                     "not compare bytes; give its columns a binary one such as utf8mb4_bin",
                     shape_of(table).name)}});
  }
  return updated;
}

SqlResult SqlStore::in_transaction(Table table, const std::function<SqlResult()>& work) {
  const bool sqlite = connection_->dialect() == SqlDialect::kSqlite;
  if (auto begun = connection_->run(sqlite ? "BEGIN IMMEDIATE" : "BEGIN"); !begun) {
    begun.error().retry = !sqlite;  // the connection died since the last call; nothing was done
    return begun;
  }
  auto done = work();
  const bool telling = connection_->dialect() == SqlDialect::kPostgresql && shape_of(table).watched;
  if (done && telling && done->affected > 0) {
    auto told = connection_->run(fmt::format("NOTIFY {}", kChangeChannel));
    if (!told) done = fail(told.error());
  }
  if (done) {
    if (auto committed = connection_->run("COMMIT"); !committed) done = fail(committed.error());
  }
  if (!done && done.error().error.failure != StoreFailure::kUnavailable) {
    if (!connection_->run("ROLLBACK")) connection_->disconnect();
  } else if (!done) {
    connection_->disconnect();  // whatever was begun ends with it
  }
  return done;
}

SqlResult SqlStore::write(Table table, const std::function<SqlResult()>& work) {
  auto done = in_transaction(table, work);
  for (int attempt = 0; !done && done.error().retry && attempt < 2; ++attempt) {
    if (const auto opened = open_table(shape_of(table)); !opened) {
      return fail(SqlError{opened.error()});
    }
    done = in_transaction(table, work);
  }
  return done;
}

StoreResult<void> SqlStore::put(Table table, std::span<const Row> rows) {
  for (const Row& row : rows) {
    if (auto checked = check_row(table, row); !checked) return checked;
  }
  if (rows.empty()) return {};
  if (auto opened = open_table(shape_of(table)); !opened) return opened;
  const auto done = write(table, [&]() -> SqlResult {
    for (const Row& row : rows) {
      if (auto put_one = put_row(table, row); !put_one) return put_one;
    }
    return SqlAnswer{.rows = {}, .affected = rows.size()};
  });
  if (!done) return fail(done.error().error);
  return {};
}

StoreResult<std::uint64_t> SqlStore::erase(Table table, const Match& match) {
  if (auto opened = open_table(shape_of(table)); !opened) return fail(opened.error());
  const auto done = write(table, [&] { return run(writer(table).erase(match)); });
  if (!done) return fail(done.error().error);
  return done->affected;
}

StoreResult<std::uint64_t> SqlStore::erase_below(Table table, std::size_t column,
                                                 std::int64_t bound) {
  if (auto opened = open_table(shape_of(table)); !opened) return fail(opened.error());
  const auto done = write(table, [&] { return run(writer(table).erase_below(column, bound)); });
  if (!done) return fail(done.error().error);
  return done->affected;
}

StoreResult<std::vector<Row>> SqlStore::select(Table table, const Match& match, std::size_t limit) {
  if (auto opened = open_table(shape_of(table)); !opened) return fail(opened.error());
  auto found = run(writer(table).select(match, limit));
  if (!found && found.error().error.failure == StoreFailure::kUnavailable) {
    // The connection may have died since the last call: nothing was changed, so once more.
    if (auto opened = open_table(shape_of(table)); !opened) return fail(opened.error());
    found = run(writer(table).select(match, limit));
  }
  if (!found) return fail(found.error().error);
  return std::move(found->rows);
}

}  // namespace turnpike::credentials
