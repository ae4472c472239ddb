#include "credentials/store/sqlite_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <utility>

#include "credentials/store/interruptible_wait.h"
#include "credentials/store/sql_connection.h"

namespace turnpike::credentials {
namespace {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using DatabasePtr = std::unique_ptr<sqlite3, CloseDatabase>;
using StatementPtr = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

constexpr std::string_view kVersionTable =
    "CREATE TABLE IF NOT EXISTS \"turnpike_version\" (\"one\" integer PRIMARY KEY CHECK "
    "(\"one\" = 1), \"version\" integer NOT NULL)";
constexpr std::string_view kFirstVersion =
    "INSERT OR IGNORE INTO \"turnpike_version\" VALUES (1, 1)";
constexpr std::string_view kReadVersion = "SELECT \"version\" FROM \"turnpike_version\"";
/// How soon a feed sees a change. Reading the version of an open database costs a few microseconds.
constexpr milliseconds kPollEvery{25};
constexpr std::size_t kMaxCachedStatements = 64;

StoreFailure failure_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return StoreFailure::kUnavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return StoreFailure::kBadData;
    default:
      return StoreFailure::kRefused;
  }
}

/// One open file with its prepared statements.
class Database {
 public:
  static StoreResult<Database> open(const std::string& path, milliseconds timeout, bool create) {
    if (create) make_private(path);
    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    Database database(DatabasePtr(raw), path);
    if (code != SQLITE_OK) return fail(database.error(code));
    sqlite3_busy_timeout(raw, static_cast<int>(timeout.count()));
    sqlite3_limit(raw, SQLITE_LIMIT_ATTACHED, 0);
    // Or a quoted name that is no column would be a text.
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    return database;
  }

  StoreResult<SqlResult> run(const SqlStatement& statement) {
    auto prepared = prepare(statement.text);
    if (!prepared) return fail(prepared.error());
    sqlite3_stmt* const handle = *prepared;
    for (std::size_t i = 0; i < statement.values.size(); ++i) {
      const std::string& value = statement.values[i];
      sqlite3_bind_text(handle, static_cast<int>(i) + 1, value.data(),
                        static_cast<int>(value.size()), SQLITE_STATIC);
    }
    SqlResult result;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(handle)) == SQLITE_ROW) result.rows.push_back(read_row(handle));
    const auto failed = code == SQLITE_DONE ? std::nullopt : std::optional(error(code));
    sqlite3_reset(handle);
    sqlite3_clear_bindings(handle);
    if (failed) return fail(*failed);
    if (sqlite3_stmt_readonly(handle) == 0) {
      result.affected = static_cast<std::uint64_t>(sqlite3_changes(database_.get()));
    }
    return result;
  }

 private:
  Database(DatabasePtr database, std::string path)
      : database_(std::move(database)), path_(std::move(path)) {}

  /// SQLite would make it readable for everybody. A file that is there must not be opened here:
  /// closing it would take away the locks that this process has on it.
  static void make_private(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) ::close(fd);
  }

  static Row read_row(sqlite3_stmt* handle) {
    Row row;
    for (int i = 0; i < sqlite3_column_count(handle); ++i) {
      const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(handle, i));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle, i));
      row.push_back(text == nullptr ? std::string() : std::string(text, size));
    }
    return row;
  }

  StoreResult<sqlite3_stmt*> prepare(const std::string& text) {
    const auto at = statements_.find(text);
    if (at != statements_.end()) return at->second.get();
    if (statements_.size() >= kMaxCachedStatements) statements_.clear();
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(database_.get(), text.data(), static_cast<int>(text.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (code != SQLITE_OK) return fail(error(code));
    return statements_.emplace(text, StatementPtr(handle)).first->second.get();
  }

  StoreError error(int code) const {
    const char* const why = database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
    std::string text = fmt::format("SQLite: {}: {}", path_, why);
    if ((code & 0xff) == SQLITE_CANTOPEN) {
      text += "; make its folder and let this program's user write there";
    }
    return {failure_of(code), std::move(text)};
  }

  DatabasePtr database_;
  std::string path_;
  std::map<std::string, StatementPtr, std::less<>> statements_;
};

/// Sees commits by the number that SQLite keeps for that, and asks then whether they were about
/// something that is watched.
class SqliteFeed final : public ChangeFeed {
 public:
  SqliteFeed(std::string path, milliseconds timeout) : path_(std::move(path)), timeout_(timeout) {
    failed_before_ = !changed();  // what is there now is known
  }

  StoreResult<bool> wait(milliseconds timeout) override {
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + timeout;
    while (true) {
      const auto news = changed();
      if (!news || *news) return news;
      const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
      if (left <= milliseconds(0)) return false;
      if (waiter_.wait(-1, std::min(left, kPollEvery)) == InterruptibleWait::Woken::kInterrupted) {
        return false;
      }
    }
  }

  void interrupt() override { waiter_.interrupt(); }

 private:
  StoreResult<bool> changed() {
    if (!database_) {
      auto opened = Database::open(path_, timeout_, false);
      if (!opened) return fail(opened.error());
      database_ = std::make_unique<Database>(std::move(*opened));
      static_cast<void>(note(data_version_, {"PRAGMA data_version", {}}));
      static_cast<void>(note(version_, {std::string(kReadVersion), {}}));
      return std::exchange(ever_opened_, true) ? StoreResult<bool>(true) : first_time();
    }
    const auto commits = note(data_version_, {"PRAGMA data_version", {}});
    if (!commits) return lost(commits.error());
    if (!*commits) return false;
    const auto watched = note(version_, {std::string(kReadVersion), {}});
    // Without the table of versions (a file that cannot be written) every commit counts.
    if (!watched && watched.error().failure == StoreFailure::kRefused) return true;
    return watched ? watched : lost(watched.error());
  }

  /// A file that could not be opened when the feed was made may have changed since.
  StoreResult<bool> first_time() { return std::exchange(failed_before_, false); }

  StoreResult<bool> lost(const StoreError& error) {
    database_.reset();
    failed_before_ = true;
    return fail(error);
  }

  /// Whether the first number of the answer is another than before.
  StoreResult<bool> note(std::string& seen, const SqlStatement& statement) {
    auto result = database_->run(statement);
    if (!result) return fail(result.error());
    if (result->rows.empty()) return false;
    return std::exchange(seen, result->rows[0][0]) != seen;
  }

  std::string path_;
  milliseconds timeout_;
  std::unique_ptr<Database> database_;
  std::string data_version_, version_;
  bool ever_opened_ = false;
  bool failed_before_ = false;
  InterruptibleWait waiter_;
};

class SqliteConnection final : public SqlConnection {
 public:
  SqliteConnection(std::string path, milliseconds timeout)
      : path_(std::move(path)), timeout_(timeout) {}

  SqlKind kind() const override { return SqlKind::kSqlite; }
  std::string_view name() const override { return "SQLite"; }

  StoreResult<void> connect(bool& is_new) override {
    if (database_) return {};
    auto opened = Database::open(path_, timeout_, true);
    if (!opened) return fail(opened.error());
    database_ = std::make_unique<Database>(std::move(*opened));
    is_new = true;
    // A file on a read-only file system has no write-ahead log and is good for reading all the
    // same.
    static_cast<void>(database_->run({"PRAGMA journal_mode=WAL", {}}));
    static_cast<void>(database_->run({"PRAGMA synchronous=NORMAL", {}}));
    static_cast<void>(database_->run({std::string(kVersionTable), {}}));
    static_cast<void>(database_->run({std::string(kFirstVersion), {}}));
    return {};
  }

  StoreResult<SqlResult> run(const SqlStatement& statement) override {
    if (!database_) {
      return fail(StoreError{StoreFailure::kUnavailable, "SQLite: " + path_ + ": not open"});
    }
    auto result = database_->run(statement);
    if (!result && result.error().failure == StoreFailure::kUnavailable) database_.reset();
    return result;
  }

  StoreResult<void> watch(const TableShape& shape) override {
    for (const std::string_view what : {"INSERT", "UPDATE", "DELETE"}) {
      const auto made = database_->run(
          {fmt::format("CREATE TRIGGER IF NOT EXISTS \"turnpike_{}_{}\" AFTER {} ON \"{}\" BEGIN "
                       "UPDATE \"turnpike_version\" SET \"version\" = \"version\" + 1; END",
                       shape.name, what, what, shape.name),
           {}});
      if (!made) return fail(made.error());
    }
    return {};
  }

  std::unique_ptr<ChangeFeed> changes() override {
    return std::make_unique<SqliteFeed>(path_, timeout_);
  }

 private:
  std::string path_;
  milliseconds timeout_;
  std::unique_ptr<Database> database_;
};

}  // namespace

std::unique_ptr<Store> open_sqlite_store(std::string path, milliseconds timeout) {
  return make_sql_store(std::make_unique<SqliteConnection>(std::move(path), timeout));
}

}  // namespace turnpike::credentials
