// A connection to one SQL database, the part that differs between them. SqlStore is what they have
// in common.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "credentials/store/sql_statements.h"
#include "credentials/store/store.h"

namespace turnpike::credentials {

struct SqlResult {
  std::vector<Row> rows;
  std::uint64_t affected = 0;
};

class SqlConnection {
 public:
  virtual ~SqlConnection() = default;
  virtual SqlKind kind() const = 0;
  virtual std::string_view name() const = 0;

  /// Does nothing on a connection that stands. `is_new` says that there was none: what is prepared
  /// per connection must be done again.
  virtual StoreResult<void> connect(bool& is_new) = 0;
  /// A NULL comes back as an empty text. After kUnavailable the connection is gone.
  virtual StoreResult<SqlResult> run(const SqlStatement& statement) = 0;
  /// What lets the feed see other programs' writes (triggers). A refusal is no failure: the feed
  /// sees less then.
  virtual StoreResult<void> watch(const TableShape& shape) = 0;
  /// Tells the feeds of a change that this connection made in a watched table, where the database
  /// does not do that by itself.
  virtual void note_change() {}
  virtual std::unique_ptr<ChangeFeed> changes() = 0;
};

std::unique_ptr<Store> make_sql_store(std::unique_ptr<SqlConnection> connection);

}  // namespace turnpike::credentials
