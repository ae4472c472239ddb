// The Store over any SQL database.
#include <fmt/format.h>

#include <utility>

#include "credentials/store/sql_connection.h"

namespace turnpike::credentials {
namespace {

class SqlStore final : public Store {
 public:
  explicit SqlStore(std::unique_ptr<SqlConnection> connection)
      : connection_(std::move(connection)) {}

  std::string_view name() const override { return connection_->name(); }

  StoreResult<void> prepare() override {
    bool is_new = false;
    if (auto connected = connection_->connect(is_new); !connected) return connected;
    if (!is_new && prepared_) return {};
    prepared_ = false;
    for (const TableShape& shape : tables()) {
      if (auto there = prepare_table(shape); !there) return there;
    }
    prepared_ = true;
    return {};
  }

  StoreResult<void> put(Table table, std::span<const Row> rows) override {
    for (const Row& row : rows) {
      if (auto checked = check_row(table, row); !checked) return checked;
    }
    if (auto ready = prepare(); !ready) return ready;
    if (rows.size() == 1) return put_one(table, rows.front());
    if (auto begun = run({"BEGIN", {}}); !begun) return fail(begun.error());
    for (const Row& row : rows) {
      if (auto done = put_one(table, row); !done) {
        run({"ROLLBACK", {}});
        return done;
      }
    }
    if (auto committed = run({"COMMIT", {}}); !committed) return fail(committed.error());
    return {};
  }

  StoreResult<std::uint64_t> erase(Table table, const Match& match) override {
    return change(table, erase_rows(connection_->kind(), shape_of(table), match));
  }

  StoreResult<std::uint64_t> erase_below(Table table, std::size_t column,
                                         std::int64_t bound) override {
    return change(table,
                  credentials::erase_below(connection_->kind(), shape_of(table), column, bound));
  }

  StoreResult<std::vector<Row>> select(Table table, const Match& match,
                                       std::size_t limit) override {
    if (auto ready = prepare(); !ready) return fail(ready.error());
    auto result = run(select_rows(connection_->kind(), shape_of(table), match, limit));
    if (!result) return fail(result.error());
    return std::move(result->rows);
  }

  std::unique_ptr<ChangeFeed> changes() override { return connection_->changes(); }

 private:
  using Store::put;

  /// A table that is there is taken as it is. One that is not and may not be made is an error.
  StoreResult<void> prepare_table(const TableShape& shape) {
    const auto probe = run(select_rows(connection_->kind(), shape, {}, 0));
    if (!probe) {
      if (probe.error().failure == StoreFailure::kUnavailable) return fail(probe.error());
      const auto made = run({create_table(connection_->kind(), shape), {}});
      if (!made) return fail(made.error());
      const auto again = run(select_rows(connection_->kind(), shape, {}, 0));
      if (!again) {
        return fail(StoreError{
            StoreFailure::kRefused,
            fmt::format("table {} has not the columns of Coturn's schema: {}; turnadmin import "
                        "copies an old database into a new one",
                        shape.name, again.error().text)});
      }
    }
    if (!is_watched(shape)) return {};
    const auto watched = connection_->watch(shape);
    if (!watched && watched.error().failure == StoreFailure::kUnavailable) {
      return fail(watched.error());
    }
    return {};
  }

  StoreResult<void> put_one(Table table, const Row& row) {
    const auto changed = change_prepared(table, put_row(connection_->kind(), shape_of(table), row));
    if (!changed) return fail(changed.error());
    return {};
  }

  StoreResult<std::uint64_t> change(Table table, const SqlStatement& statement) {
    if (auto ready = prepare(); !ready) return fail(ready.error());
    return change_prepared(table, statement);
  }

  StoreResult<std::uint64_t> change_prepared(Table table, const SqlStatement& statement) {
    const auto result = run(statement);
    if (!result) return fail(result.error());
    if (is_watched(shape_of(table))) connection_->note_change();
    return result->affected;
  }

  StoreResult<SqlResult> run(const SqlStatement& statement) {
    auto result = connection_->run(statement);
    if (!result && result.error().failure == StoreFailure::kUnavailable) prepared_ = false;
    return result;
  }

  std::unique_ptr<SqlConnection> connection_;
  bool prepared_ = false;
};

}  // namespace

std::unique_ptr<Store> make_sql_store(std::unique_ptr<SqlConnection> connection) {
  return std::make_unique<SqlStore>(std::move(connection));
}

}  // namespace turnpike::credentials
