#include "cobrowse/server/state_store.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

namespace turnpike::cobrowse {
namespace {

constexpr int kBusy_ms = 2000;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};

class SqliteStore final : public StateStore {
 public:
  explicit SqliteStore(sqlite3* db) : db_(db) {}
  Result<std::vector<std::string>, std::string> sessions() override;
  Result<void, std::string> put_session(std::string_view id, std::string_view text) override;
  Result<void, std::string> remove_session(std::string_view id) override;
  std::string fact(std::string_view name) override;
  Result<void, std::string> put_fact(std::string_view name, std::string_view value) override;

  Result<std::vector<std::string>, std::string> run(const char* sql,
                                                    std::initializer_list<std::string_view> values);

 private:
  std::unique_ptr<sqlite3, Close> db_;
};

Result<std::vector<std::string>, std::string> SqliteStore::run(
    const char* sql, std::initializer_list<std::string_view> values) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(db_.get(), sql, -1, &raw, nullptr) != SQLITE_OK) {
    return fail(std::string(sqlite3_errmsg(db_.get())));
  }
  const std::unique_ptr<sqlite3_stmt, Finalize> statement(raw);
  int index = 0;
  for (const std::string_view value : values) {
    sqlite3_bind_text(raw, ++index, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  }
  std::vector<std::string> rows;
  int step = 0;
  while ((step = sqlite3_step(raw)) == SQLITE_ROW) {
    const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
    const int size = sqlite3_column_bytes(raw, 0);
    rows.emplace_back(text == nullptr ? "" : text, static_cast<std::size_t>(size));
  }
  if (step != SQLITE_DONE) return fail(std::string(sqlite3_errmsg(db_.get())));
  return rows;
}

Result<std::vector<std::string>, std::string> SqliteStore::sessions() {
  return run("SELECT state FROM session ORDER BY id", {});
}

Result<void, std::string> SqliteStore::put_session(std::string_view id, std::string_view text) {
  const auto done = run("INSERT OR REPLACE INTO session (id, state) VALUES (?, ?)", {id, text});
  if (!done) return fail(done.error());
  return {};
}

Result<void, std::string> SqliteStore::remove_session(std::string_view id) {
  const auto done = run("DELETE FROM session WHERE id = ?", {id});
  if (!done) return fail(done.error());
  return {};
}

std::string SqliteStore::fact(std::string_view name) {
  const auto rows = run("SELECT value FROM fact WHERE name = ?", {name});
  return rows && !rows->empty() ? rows->front() : "";
}

Result<void, std::string> SqliteStore::put_fact(std::string_view name, std::string_view value) {
  const auto done = run("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", {name, value});
  if (!done) return fail(done.error());
  return {};
}

}  // namespace

Result<std::unique_ptr<StateStore>, std::string> StateStore::open(const std::string& path) {
  sqlite3* db = nullptr;
  const mode_t before = ::umask(0077);
  const int opened =
      sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  auto store = std::make_unique<SqliteStore>(db);
  Result<std::vector<std::string>, std::string> made = fail(std::string("out of memory"));
  if (opened == SQLITE_OK) {
    sqlite3_busy_timeout(db, kBusy_ms);
    for (const char* const sql :
         {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL",
          "CREATE TABLE IF NOT EXISTS session (id TEXT PRIMARY KEY, state TEXT NOT NULL)",
          "CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL)"}) {
      made = store->run(sql, {});
      if (!made) break;
    }
  } else if (db != nullptr) {
    made = fail(std::string(sqlite3_errmsg(db)));
  }
  ::umask(before);
  if (!made) return fail(fmt::format("\"{}\" cannot be used: {}", path, made.error()));
  return store;
}

}  // namespace turnpike::cobrowse
