#include "credentials/store/postgresql_connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "base/log.h"
#include "credentials/store/sql_store.h"
#include "credentials/store/wakeup.h"

namespace turnpike::credentials {
namespace {

using Clock = std::chrono::steady_clock;
constexpr milliseconds kErrorPause{100};  // so that nobody asks in a tight loop

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
struct FinishConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, ClearResult>;

/// libpq's texts end in line feeds and may have several lines.
std::string one_line(const char* text) {
  std::string line = text == nullptr ? "" : text;
  std::replace(line.begin(), line.end(), '\n', ' ');
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

/// No error of libpq is known to have a password in it; this makes it certain.
std::string without_password(std::string text, const PGconn* connection) {
  const char* password = PQpass(connection);
  const std::string_view hidden = password == nullptr ? "" : password;
  // A short one is part of ordinary words, and hiding it there would show it.
  if (hidden.size() < 6) return text;
  for (std::size_t at = 0; (at = text.find(hidden, at)) != std::string::npos;) {
    text.replace(at, hidden.size(), "***");
  }
  return text;
}

/// SQLSTATE, PostgreSQL's appendix A.
StoreFailure failure_of(std::string_view state) {
  const std::string_view group = state.substr(0, 2);
  if (group == "08" || group == "53" || group == "57" || group == "58" || group == "40" ||
      group.empty()) {
    return StoreFailure::kUnavailable;
  }
  return group == "22" ? StoreFailure::kBadRow : StoreFailure::kRefused;
}

class PostgresqlConnection final : public SqlConnection {
 public:
  PostgresqlConnection(Secret conninfo, milliseconds timeout)
      : conninfo_(std::move(conninfo)), timeout_(timeout) {}

  std::string_view name() const override { return "PostgreSQL"; }
  SqlDialect dialect() const override { return SqlDialect::kPostgresql; }

  StoreResult<bool> connect() override {
    if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK) return false;
    const std::string seconds = std::to_string(std::max<long>(1, timeout_.count() / 1000));
    const std::string conninfo(conninfo_.reveal());
    // Of a name that comes twice the later one counts, so what the string says wins.
    const char* names[] = {"connect_timeout", "fallback_application_name", "dbname", nullptr};
    const char* values[] = {seconds.c_str(), "turnpike", conninfo.c_str(), nullptr};
    connection_.reset(PQconnectdbParams(names, values, 1));
    if (PQstatus(connection_.get()) == CONNECTION_OK) {
      PQsetNoticeProcessor(
          connection_.get(), [](void*, const char*) {}, nullptr);
      return true;
    }
    const std::string text =
        without_password(one_line(PQerrorMessage(connection_.get())), connection_.get());
    connection_.reset();
    // libpq has no code for this: the server's refusals begin with FATAL.
    const bool refused = text.find("FATAL:") != std::string::npos &&
                         text.find("starting up") == std::string::npos &&
                         text.find("shutting down") == std::string::npos &&
                         text.find("too many") == std::string::npos &&
                         text.find("slots are reserved") == std::string::npos;
    const bool nameless = text.find("no password supplied") != std::string::npos;
    return fail(
        StoreError{refused || nameless ? StoreFailure::kRefused : StoreFailure::kUnavailable,
                   fmt::format("PostgreSQL: {}", text)});
  }

  using SqlConnection::run;
  SqlResult run(const std::string& statement, SqlValues values) override {
    if (!connection_) {
      return fail(SqlError{{StoreFailure::kUnavailable, "PostgreSQL: not connected"}});
    }
    std::vector<const char*> pointers;
    for (const std::string& value : values) pointers.push_back(value.c_str());
    if (PQsendQueryParams(connection_.get(), statement.c_str(), static_cast<int>(values.size()),
                          nullptr, pointers.data(), nullptr, nullptr, 0) != 1) {
      return fail(lost());
    }
    const auto until = Clock::now() + timeout_;
    Answer last;
    while (true) {
      if (!wait_for_answer(until)) return fail(lost());
      Answer next(PQgetResult(connection_.get()));
      if (!next) break;
      last = std::move(next);
    }
    return last ? read(last.get()) : SqlResult(fail(lost()));
  }

  void disconnect() override { connection_.reset(); }

  PGconn* raw() { return connection_.get(); }

 private:
  bool wait_for_answer(Clock::time_point until) {
    while (PQisBusy(connection_.get()) == 1) {
      const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
      pollfd fd = {PQsocket(connection_.get()), POLLIN, 0};
      // The request is sent by PQconsumeInput too, if the socket did not take all of it.
      if (PQflush(connection_.get()) == 1) fd.events |= POLLOUT;
      if (left.count() <= 0 || poll(&fd, 1, static_cast<int>(left.count())) <= 0) {
        timed_out_ = true;
        return false;
      }
      if (PQconsumeInput(connection_.get()) != 1) return false;
    }
    return true;
  }

  SqlError lost() {
    std::string text =
        std::exchange(timed_out_, false)
            ? fmt::format("no answer within {} ms", timeout_.count())
            : without_password(one_line(PQerrorMessage(connection_.get())), connection_.get());
    disconnect();
    return {{StoreFailure::kUnavailable, "PostgreSQL: " + text}};
  }

  SqlResult read(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      if (PQstatus(connection_.get()) != CONNECTION_OK) return fail(lost());
      const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
      const std::string state = field == nullptr ? "" : field;
      // The primary text alone: the others quote values.
      const std::string text = one_line(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
      SqlError error{{failure_of(state), fmt::format("PostgreSQL: {} ({})", text, state)}};
      error.duplicate = state == "23505";
      error.retry = state == "40P01" || state == "40001";
      return fail(std::move(error));
    }
    SqlAnswer answer;
    const std::string affected = PQcmdTuples(const_cast<PGresult*>(result));
    if (!affected.empty()) answer.affected = std::stoull(affected);
    for (int r = 0; r < PQntuples(result); ++r) {
      Row row;
      for (int c = 0; c < PQnfields(result); ++c) {
        row.emplace_back(PQgetvalue(result, r, c),
                         static_cast<std::size_t>(PQgetlength(result, r, c)));
      }
      answer.rows.push_back(std::move(row));
    }
    return answer;
  }

  Secret conninfo_;
  milliseconds timeout_;
  std::unique_ptr<PGconn, FinishConnection> connection_;
  bool timed_out_ = false;
};

class PostgresqlFeed final : public ChangeFeed {
 public:
  PostgresqlFeed(Secret conninfo, milliseconds timeout, std::shared_ptr<std::atomic<bool>> told)
      : connection_(std::move(conninfo), timeout), told_(std::move(told)) {
    if (connected()) missed_ = false;
  }

  StoreResult<bool> wait(milliseconds timeout) override {
    const auto until = Clock::now() + timeout;
    while (true) {
      const auto changed = look();
      if (!changed) {
        missed_ = true;
        connection_.disconnect();
        wakeup_.wait(std::min(timeout, kErrorPause));
        return changed;
      }
      if (std::exchange(missed_, false) || *changed) return true;
      auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
      if (left.count() <= 0) return false;
      if (polls_) left = std::min(left, kMaxStaleness);
      if (wakeup_.wait(left, PQsocket(connection_.raw()))) return false;
    }
  }

  void interrupt() override { wakeup_.wake(); }

 private:
  /// Connects and listens, or finds that it has to poll.
  StoreResult<void> connected() {
    const auto fresh = connection_.connect();
    if (!fresh) return fail(fresh.error());
    if (!*fresh) return {};
    missed_ = true;
    const auto listening = listen();
    if (connection_.raw() == nullptr) {
      return fail(StoreError{StoreFailure::kUnavailable, "PostgreSQL: the connection broke off"});
    }
    polls_ = !listening;
    if (!polls_) return {};
    if (!told_->exchange(true)) {
      LOG(kWarning,
          "{}: so the database is asked for changes each {} ms instead of telling them; connect "
          "once as the owner of the tables, which makes what is missing",
          listening.error().error.text, kMaxStaleness.count());
    }
    const auto first = poll_snapshot();
    return first ? StoreResult<void>() : fail(first.error());
  }

  SqlResult listen() {
    auto done = connection_.run(fmt::format("LISTEN {}", kChangeChannel));
    for (const TableShape& shape : tables()) {
      if (!done || connection_.raw() == nullptr) break;
      if (!shape.watched) continue;
      const auto table = find_or_create_table(connection_, shape);
      if (connection_.raw() == nullptr) break;
      done = install_change_trigger(connection_, shape);
      if (!done && !table) done = fail(SqlError{table.error()});
    }
    return done;
  }

  StoreResult<bool> look() {
    if (auto ready = connected(); !ready) return fail(ready.error());
    if (PQconsumeInput(connection_.raw()) != 1) {
      return fail(StoreError{StoreFailure::kUnavailable, "PostgreSQL: the connection broke off"});
    }
    bool told = false;
    while (PGnotify* note = PQnotifies(connection_.raw())) {
      PQfreemem(note);
      told = true;
    }
    if (!polls_) return told;
    const auto moved = poll_snapshot();
    if (!moved) return moved;
    return told || *moved;
  }

  StoreResult<bool> poll_snapshot() {
    auto answer = connection_.run("SELECT txid_current_snapshot()", {});
    if (!answer) return fail(answer.error().error);
    std::string snapshot = answer->rows.empty() ? "" : std::move(answer->rows[0][0]);
    const bool moved = snapshot != snapshot_;
    snapshot_ = std::move(snapshot);
    return moved;
  }

  PostgresqlConnection connection_;
  Wakeup wakeup_;
  std::shared_ptr<std::atomic<bool>> told_;
  std::string snapshot_;
  bool polls_ = false;
  bool missed_ = true;
};

}  // namespace

StoreResult<std::unique_ptr<SqlConnection>> make_postgresql_connection(const Secret& conninfo,
                                                                       milliseconds timeout) {
  char* error = nullptr;
  const std::string text(conninfo.reveal());
  const bool is_name = text.find('=') == std::string::npos && text.find(':') == std::string::npos;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      is_name ? PQconndefaults() : PQconninfoParse(text.c_str(), &error));
  PQfreemem(error);  // it quotes a part of the string, which may be the password
  if (!options) {
    return fail(StoreError{
        StoreFailure::kRefused,
        "PostgreSQL: the connection string cannot be understood; write it as libpq has it, "
        "\"host=… dbname=… user=… password=… connect_timeout=…\" or postgresql://user@host/db"});
  }
  return std::make_unique<PostgresqlConnection>(conninfo, timeout);
}

std::unique_ptr<ChangeFeed> make_postgresql_feed(const Secret& conninfo, milliseconds timeout,
                                                 std::shared_ptr<std::atomic<bool>> told) {
  return std::make_unique<PostgresqlFeed>(conninfo, timeout, std::move(told));
}

}  // namespace turnpike::credentials
