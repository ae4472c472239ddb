#include "credentials/store/sqlite_connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unordered_map>

namespace turnpike::credentials {
namespace {

constexpr std::size_t kMaxStatements = 100;

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

FileIdentity identity_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

StoreFailure failure_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_FULL:
      return StoreFailure::kUnavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return StoreFailure::kBadData;
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
      return StoreFailure::kBadRow;
    default:
      return StoreFailure::kRefused;
  }
}

class SqliteConnection final : public SqlConnection {
 public:
  SqliteConnection(std::string path, milliseconds timeout)
      : path_(std::move(path)), timeout_(timeout) {}
  ~SqliteConnection() override { disconnect(); }

  std::string_view name() const override { return "SQLite"; }
  SqlDialect dialect() const override { return SqlDialect::kSqlite; }

  StoreResult<bool> connect() override {
    if (database_ && identity_of(path_) == identity_) return false;
    disconnect();  // also where the file was replaced by another one
    if (auto made = make_file(); !made) return fail(made.error());
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(path_.c_str(), &database,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    database_.reset(database);
    if (code != SQLITE_OK) return fail(take_down(code));
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, static_cast<int>(timeout_.count()));
    identity_ = identity_of(path_);
    // Kept as it is where it cannot be changed, for example a file that may only be read.
    if (const auto wal = run("PRAGMA journal_mode = WAL", {}); !wal) {
      if (wal.error().error.failure == StoreFailure::kBadData) {
        const StoreError error = wal.error().error;
        disconnect();
        return fail(error);
      }
    }
    if (const auto sync = run("PRAGMA synchronous = NORMAL", {}); !sync) {
      return fail(sync.error().error);
    }
    return true;
  }

  using SqlConnection::run;
  SqlResult run(const std::string& text, SqlValues values) override {
    if (!database_) {
      return fail(SqlError{{StoreFailure::kUnavailable, fmt::format("{}: not open", path_)}});
    }
    sqlite3_stmt* statement = prepared(text);
    if (statement == nullptr) return fail(error_of(sqlite3_extended_errcode(database_.get())));
    for (std::size_t i = 0; i < values.size(); ++i) {
      sqlite3_bind_text64(statement, static_cast<int>(i + 1), values[i].data(), values[i].size(),
                          SQLITE_STATIC, SQLITE_UTF8);
    }
    SqlAnswer answer;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) answer.rows.push_back(row_of(statement));
    SqlResult result = std::move(answer);
    if (code == SQLITE_DONE) {
      result->affected = static_cast<std::uint64_t>(sqlite3_changes64(database_.get()));
    } else {
      result = fail(error_of(code));
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return result;
  }

  void disconnect() override {
    statements_.clear();
    database_.reset();
  }

 private:
  /// SQLite would create it for all to read, and it holds keys.
  StoreResult<void> make_file() {
    const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
    std::error_code ignored;
    if (!folder.empty() && !std::filesystem::is_directory(folder, ignored)) {
      return fail(StoreError{
          StoreFailure::kRefused,
          fmt::format("{}: the folder {} does not exist; create it for the user of this program",
                      path_, folder.string())});
    }
    const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
      ::close(fd);
    } else if (errno != EEXIST) {
      return fail(StoreError{StoreFailure::kRefused,
                             fmt::format("{}: cannot be created: {}", path_, strerror(errno))});
    }
    return {};
  }

  sqlite3_stmt* prepared(const std::string& text) {
    if (const auto known = statements_.find(text); known != statements_.end()) {
      return known->second.get();
    }
    if (statements_.size() >= kMaxStatements) statements_.clear();
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v3(database_.get(), text.c_str(), static_cast<int>(text.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return nullptr;
    statements_.emplace(text, Statement(statement));
    return statement;
  }

  static Row row_of(sqlite3_stmt* statement) {
    Row row;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
      row.push_back(text == nullptr ? std::string() : std::string(text, size));
    }
    return row;
  }

  SqlError error_of(int code) {
    std::string text = fmt::format("{}: {}", path_, sqlite3_errmsg(database_.get()));
    if ((code & 0xFF) == SQLITE_BUSY) text += "; another program keeps it locked";
    if ((code & 0xFF) == SQLITE_READONLY) text += "; let the user of this program write it";
    if ((code & 0xFF) == SQLITE_NOTADB) text += "; name another file";
    const bool duplicate = code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY;
    return {{failure_of(code), std::move(text)}, duplicate, false};
  }

  StoreError take_down(int code) {
    StoreError error = error_of(code).error;
    disconnect();
    return error;
  }

  std::string path_;
  milliseconds timeout_;
  FileIdentity identity_;
  std::unique_ptr<sqlite3, CloseDatabase> database_;
  std::unordered_map<std::string, Statement> statements_;
};

}  // namespace

std::unique_ptr<SqlConnection> make_sqlite_connection(std::string path, milliseconds timeout) {
  return std::make_unique<SqliteConnection>(std::move(path), timeout);
}

}  // namespace turnpike::credentials
