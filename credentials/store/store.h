// One interface for every store of users, secrets and what else tables.def lists: rows in, rows
// out. What the rows mean is in records.h; which store it is, in open_store.h. Calls block, so the
// relay makes them on helper threads; one Store serves one thread at a time, a second thread opens
// a second one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "credentials/store/tables.h"

namespace turnpike::credentials {

enum class StoreFailure : std::uint8_t {
  kUnavailable,  // cannot be reached, timed out, or broke off: the next call tries again
  kRefused,      // reached, and it said no: a wrong password, a missing table, no permission
  kBadRow,       // the row does not fit the table: a number that is none, a text that is too long
  kBadData,      // what the store answered makes no sense
};

struct StoreError {
  StoreFailure failure{};
  std::string text;  // for the log: what failed and what to do; never a password
};

template <class T>
using StoreResult = Result<T, StoreError>;

/// The texts of one row, one per column of the table and in its order. Numbers are decimal.
using Row = std::vector<std::string>;

/// Column `first` of the table has the value `second`; all conditions must hold, none means all
/// rows. A value is compared as bytes, never as a pattern.
using Match = std::vector<std::pair<std::size_t, std::string>>;

/// Tells a thread that something in the store may have changed that relays act on: the watched
/// tables of tables.def. Where a database cannot tell them from others, it may speak up for any
/// change.
class ChangeFeed {
 public:
  virtual ~ChangeFeed() = default;
  /// Blocks for `timeout` at most. True: something changed since the last call that returned true.
  /// The first call after a connection was lost and found again says true, since nobody knows what
  /// was missed. An error says that nothing can be seen at present.
  virtual StoreResult<bool> wait(milliseconds timeout) = 0;
  /// Makes a wait() that is going on, or the next one, return soon. From any thread.
  virtual void interrupt() = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  /// "SQLite", "PostgreSQL", …: for log lines.
  virtual std::string_view name() const = 0;

  /// Connects where that is not done yet, and creates what is ours in it. Every other call does
  /// that by itself; this one is for saying early that something is wrong.
  virtual StoreResult<void> prepare() = 0;

  /// Inserts the row, or replaces the one with its key. All rows or none where the store can.
  virtual StoreResult<void> put(Table table, std::span<const Row> rows) = 0;
  StoreResult<void> put(Table table, const Row& row) { return put(table, {&row, 1}); }

  /// Returns how many rows there were; none is no error. An empty match removes all.
  virtual StoreResult<std::uint64_t> erase(Table table, const Match& match) = 0;

  /// Removes rows whose number in column `column` is smaller than `bound`.
  virtual StoreResult<std::uint64_t> erase_below(Table table, std::size_t column,
                                                 std::int64_t bound) = 0;

  /// At most `limit` rows, sorted by their key columns.
  virtual StoreResult<std::vector<Row>> select(Table table, const Match& match,
                                               std::size_t limit = kMaxRows) = 0;

  /// Null when this store cannot tell of changes; ask again after kMaxStaleness then. The feed has
  /// a connection of its own and outlives the Store if need be.
  virtual std::unique_ptr<ChangeFeed> changes() = 0;

  static constexpr std::size_t kMaxRows = 1'000'000;
};

/// How long an answer of a store without a ChangeFeed may be kept.
inline constexpr milliseconds kMaxStaleness{100};

/// The row has as many texts as the table has columns, none longer than its column, no NUL, and
/// numbers where numbers belong. Every store asks this before it writes.
StoreResult<void> check_row(Table table, const Row& row);

}  // namespace turnpike::credentials
