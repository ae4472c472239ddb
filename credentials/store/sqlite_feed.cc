#include "credentials/store/sqlite_feed.h"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

#include "base/log.h"
#include "credentials/store/sql_store.h"
#include "credentials/store/sqlite_connection.h"
#include "credentials/store/version_feed.h"

namespace turnpike::credentials {
namespace {

constexpr std::array<std::string_view, 3> kEvents = {"INSERT", "UPDATE", "DELETE"};

struct Trigger {
  std::string name;
  std::string create;
};

std::vector<Trigger> all_triggers() {
  std::vector<Trigger> all;
  for (const TableShape& shape : tables()) {
    if (!shape.watched) continue;
    for (const std::string_view event : kEvents) {
      std::string name = fmt::format("turnpike_changed_{}_{}", shape.name, event);
      std::string create = fmt::format(
          "CREATE TRIGGER IF NOT EXISTS {} AFTER {} ON {} BEGIN UPDATE turnpike_version SET "
          "version = version + 1; END",
          name, event, shape.name);
      all.push_back({std::move(name), std::move(create)});
    }
  }
  return all;
}

class SqliteVersion {
 public:
  explicit SqliteVersion(std::shared_ptr<std::atomic<bool>> told) : told_(std::move(told)) {
    std::string names;
    for (const Trigger& trigger : triggers_) {
      names += fmt::format("{}'{}'", names.empty() ? "" : ", ", trigger.name);
    }
    question_ = fmt::format(
        "SELECT (SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN ({})), "
        "(SELECT version FROM turnpike_version)",
        names);
  }

  StoreResult<std::string> ask(SqlConnection& connection, bool fresh) {
    if (fresh) prepare(connection);
    // Moves when another connection has written anything, and costs no more than a look at memory.
    const auto any = connection.run("PRAGMA data_version");
    if (!any) return fail(any.error().error);
    if (any->rows.empty() || any->rows[0].empty()) {
      return fail(StoreError{StoreFailure::kBadData, "SQLite: the file does not say its version"});
    }
    if (!fresh && any->rows[0][0] == any_) return version_;
    any_ = any->rows[0][0];
    const auto watched = count(connection);
    version_ = watched ? "watched " + *watched : "any " + any_;
    return version_;
  }

 private:
  /// How many changes the triggers have counted; nothing where one of them is missing.
  std::optional<std::string> count(SqlConnection& connection) {
    const auto answer = connection.run(question_);
    if (!answer || answer->rows.size() != 1) return std::nullopt;
    const Row& row = answer->rows[0];
    if (row[0] != std::to_string(triggers_.size()) || row[1].empty()) return std::nullopt;
    return row[1];
  }

  void prepare(SqlConnection& connection) {
    if (count(connection)) return;
    const auto installed = install(connection);
    if (installed || told_->exchange(true)) return;
    LOG(kInfo, "{}: so every write to the file has its users and secrets read again",
        installed.error().error.text);
  }

  SqlResult install(SqlConnection& connection) {
    for (const TableShape& shape : tables()) {
      // One that is missing and cannot be made is told of below, as the table of a trigger.
      if (shape.watched) static_cast<void>(find_or_create_table(connection, shape));
    }
    auto done = connection.run("BEGIN IMMEDIATE");
    if (!done) return done;
    done = connection.run("CREATE TABLE IF NOT EXISTS turnpike_version (version INTEGER NOT NULL)");
    // From anywhere, so that a file that takes this one's place has another version.
    constexpr std::string_view kBegin =
        "INSERT INTO turnpike_version SELECT abs(random() % 1000000000000) WHERE NOT EXISTS "
        "(SELECT 1 FROM turnpike_version)";
    if (done) done = connection.run(std::string(kBegin));
    for (const Trigger& trigger : triggers_) {
      if (done) done = connection.run(trigger.create);
    }
    if (done) done = connection.run("COMMIT");
    if (!done && !connection.run("ROLLBACK")) connection.disconnect();
    return done;
  }

  const std::vector<Trigger> triggers_ = all_triggers();
  std::string question_;
  std::string any_, version_;
  std::shared_ptr<std::atomic<bool>> told_;
};

}  // namespace

std::unique_ptr<ChangeFeed> make_sqlite_feed(const std::string& path, milliseconds timeout,
                                             std::shared_ptr<std::atomic<bool>> told) {
  return make_version_feed(
      make_sqlite_connection(path, timeout),
      [version = std::make_shared<SqliteVersion>(std::move(told))](
          SqlConnection& connection, bool fresh) { return version->ask(connection, fresh); },
      kSqliteFeedPeriod);
}

}  // namespace turnpike::credentials
