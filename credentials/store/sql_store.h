// The Store over any SQL database: Coturn's tables as they are, ours created where they are
// missing. Writes statements (sql_statements.h) and runs them on a SqlConnection; knows no library.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "credentials/store/sql_connection.h"
#include "credentials/store/sql_statements.h"

namespace turnpike::credentials {

class SqlStore final : public Store {
 public:
  using MakeFeed = std::function<std::unique_ptr<ChangeFeed>()>;
  SqlStore(std::unique_ptr<SqlConnection> connection, MakeFeed make_feed)
      : connection_(std::move(connection)), make_feed_(std::move(make_feed)) {}

  std::string_view name() const override { return connection_->name(); }
  /// Connects, and says of the first table that is neither there nor can be created what to run.
  StoreResult<void> prepare() override;
  using Store::put;
  StoreResult<void> put(Table table, std::span<const Row> rows) override;
  StoreResult<std::uint64_t> erase(Table table, const Match& match) override;
  StoreResult<std::uint64_t> erase_below(Table table, std::size_t column,
                                         std::int64_t bound) override;
  StoreResult<std::vector<Row>> select(Table table, const Match& match, std::size_t limit) override;
  std::unique_ptr<ChangeFeed> changes() override { return make_feed_(); }

 private:
  StoreResult<void> open();
  StoreResult<void> open_table(const TableShape& shape);
  SqlWriter writer(Table table);
  SqlResult run(const SqlStatement& statement);
  SqlResult put_row(Table table, const Row& row);
  SqlResult in_transaction(Table table, const std::function<SqlResult()>& work);
  SqlResult write(Table table, const std::function<SqlResult()>& work);

  std::unique_ptr<SqlConnection> connection_;
  MakeFeed make_feed_;
  std::map<Table, SqlColumns> known_;  // tables that were seen to be as we need them
};

/// The columns of a table, which is created if it is missing. An error where that is not allowed,
/// or where the table is another one than we know.
StoreResult<SqlColumns> find_or_create_table(SqlConnection& connection, const TableShape& shape);

/// PostgreSQL: the channel on which changes are told, by us and by triggers.
inline constexpr std::string_view kChangeChannel = "turnpike";

/// Puts a trigger on the table that tells of changes by anybody, where that is allowed.
SqlResult install_change_trigger(SqlConnection& connection, const TableShape& shape);

}  // namespace turnpike::credentials
