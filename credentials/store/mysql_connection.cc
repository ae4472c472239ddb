#include "credentials/store/mysql_connection.h"

#include <fmt/format.h>
#include <mysql.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <unordered_map>

namespace turnpike::credentials {
namespace {

constexpr std::size_t kMaxStatements = 100;
constexpr unsigned long kNumberBytes = 32;  // a number as text
// Double quotes quote names as in the other databases; a text that is too long is an error.
constexpr const char* kSessionSettings =
    "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES', NAMES binary";

enum ErrorNumber : unsigned {
  kTooManyConnections = 1040,
  kShutdown = 1053,
  kDuplicateEntry = 1062,
  kTooManyUserConnections = 1203,
  kLockTimeout = 1205,
  kDeadlock = 1213,
  kOutOfRange = 1264,
  kWrongValue = 1292,
  kWrongText = 1366,
  kTooLong = 1406,
  kConnectionKilled = 1927,
  kFirstOfClient = 2000,
  kNoAuthenticationPlugin = 2059,
  kLastOfClient = 2999,
};

struct CloseConnection {
  void operator()(MYSQL* connection) const { mysql_close(connection); }
};
struct CloseStatement {
  void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
};
struct FreeResult {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};
using Statement = std::unique_ptr<MYSQL_STMT, CloseStatement>;
using StoredResult = std::unique_ptr<MYSQL_RES, FreeResult>;

bool breaks_connection(unsigned number) {
  return (number >= kFirstOfClient && number <= kLastOfClient) || number == kShutdown ||
         number == kConnectionKilled;
}

StoreFailure failure_of(unsigned number) {
  switch (number) {
    case kOutOfRange:
    case kWrongValue:
    case kWrongText:
    case kTooLong:
      return StoreFailure::kBadRow;
    case kTooManyConnections:
    case kTooManyUserConnections:
    case kLockTimeout:
    case kDeadlock:
      return StoreFailure::kUnavailable;
    case kNoAuthenticationPlugin:
      return StoreFailure::kRefused;
    default:
      return breaks_connection(number) ? StoreFailure::kUnavailable : StoreFailure::kRefused;
  }
}

/// The server quotes values in some of its texts, and they may be secrets.
std::string text_of(unsigned number, const char* text) {
  switch (number) {
    case kDuplicateEntry:
      return "a row with the same key exists";
    case kOutOfRange:
    case kWrongValue:
    case kWrongText:
      return "a value does not fit its column or the column's character set";
    default:
      return text;
  }
}

class MysqlConnection final : public SqlConnection {
 public:
  MysqlConnection(MysqlSettings settings, milliseconds timeout)
      : settings_(std::move(settings)), timeout_(timeout) {}
  ~MysqlConnection() override { disconnect(); }

  std::string_view name() const override { return "MySQL"; }
  SqlDialect dialect() const override { return SqlDialect::kMysql; }

  StoreResult<bool> connect() override {
    if (connection_) return false;
    static std::once_flag once;  // mysql_init() does it too, but not for several threads at a time
    std::call_once(once, [] { mysql_server_init(0, nullptr, nullptr); });
    connection_.reset(mysql_init(nullptr));
    if (!connection_) return fail(StoreError{StoreFailure::kUnavailable, "MySQL: out of memory"});
    set_options();
    const std::string password(settings_.password.reveal());
    const auto or_null = [](const std::string& text) {
      return text.empty() ? nullptr : text.c_str();
    };
    if (mysql_real_connect(connection_.get(), or_null(settings_.host), or_null(settings_.user),
                           or_null(password), settings_.database.c_str(), settings_.port,
                           or_null(settings_.socket), CLIENT_FOUND_ROWS) == nullptr) {
      const StoreError error = error_of(mysql_errno(connection_.get())).error;
      disconnect();
      return fail(error);
    }
    return true;
  }

  using SqlConnection::run;
  SqlResult run(const std::string& statement, SqlValues values) override {
    if (!connection_) return fail(SqlError{{StoreFailure::kUnavailable, "MySQL: not connected"}});
    auto answer = values.empty() ? run_text(statement) : run_prepared(statement, values);
    if (!answer && broken_) disconnect();
    return answer;
  }

  void disconnect() override {
    statements_.clear();
    connection_.reset();
    broken_ = false;
  }

 private:
  void set_options() {
    const auto seconds = static_cast<unsigned>(std::max<long>(1, timeout_.count() / 1000));
    const unsigned connect =
        settings_.connect_timeout_s > 0 ? settings_.connect_timeout_s : seconds;
    const unsigned read = settings_.read_timeout_s > 0 ? settings_.read_timeout_s : seconds;
    const unsigned no = 0;
    MYSQL* connection = connection_.get();
    mysql_options(connection, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
    mysql_options(connection, MYSQL_OPT_READ_TIMEOUT, &read);
    mysql_options(connection, MYSQL_OPT_WRITE_TIMEOUT, &read);
    mysql_options(connection, MYSQL_OPT_LOCAL_INFILE, &no);
    mysql_options(connection, MYSQL_SET_CHARSET_NAME, "binary");
    mysql_options(connection, MYSQL_INIT_COMMAND, kSessionSettings);
    const auto set = [connection](mysql_option option, const std::string& value) {
      if (!value.empty()) mysql_options(connection, option, value.c_str());
    };
    set(MYSQL_OPT_SSL_CA, settings_.ca);
    set(MYSQL_OPT_SSL_CAPATH, settings_.capath);
    set(MYSQL_OPT_SSL_CERT, settings_.cert);
    set(MYSQL_OPT_SSL_KEY, settings_.key);
    set(MYSQL_OPT_SSL_CIPHER, settings_.cipher);
  }

  SqlError error_of(unsigned number) { return error_of(number, mysql_error(connection_.get())); }
  SqlError error_of(unsigned number, const char* text) {
    broken_ = broken_ || breaks_connection(number);
    return {{failure_of(number), fmt::format("MySQL: {} ({})", text_of(number, text), number)},
            number == kDuplicateEntry,
            number == kDeadlock};
  }
  SqlError error_of(MYSQL_STMT* statement) {
    return error_of(mysql_stmt_errno(statement), mysql_stmt_error(statement));
  }

  SqlResult run_text(const std::string& statement) {
    if (mysql_real_query(connection_.get(), statement.data(), statement.size()) != 0) {
      return fail(error_of(mysql_errno(connection_.get())));
    }
    SqlAnswer answer;
    const StoredResult result(mysql_store_result(connection_.get()));
    if (!result) {
      if (mysql_errno(connection_.get()) != 0) {
        return fail(error_of(mysql_errno(connection_.get())));
      }
      answer.affected = mysql_affected_rows(connection_.get());
      return answer;
    }
    const unsigned columns = mysql_num_fields(result.get());
    while (MYSQL_ROW raw = mysql_fetch_row(result.get())) {
      const unsigned long* sizes = mysql_fetch_lengths(result.get());
      Row row;
      for (unsigned i = 0; i < columns; ++i) {
        row.push_back(raw[i] == nullptr ? std::string() : std::string(raw[i], sizes[i]));
      }
      answer.rows.push_back(std::move(row));
    }
    return answer;
  }

  Result<MYSQL_STMT*, SqlError> prepared(const std::string& text) {
    if (const auto known = statements_.find(text); known != statements_.end()) {
      return known->second.get();
    }
    if (statements_.size() >= kMaxStatements) statements_.clear();
    Statement statement(mysql_stmt_init(connection_.get()));
    const my_bool yes = 1;
    mysql_stmt_attr_set(statement.get(), STMT_ATTR_UPDATE_MAX_LENGTH, &yes);
    if (mysql_stmt_prepare(statement.get(), text.data(), text.size()) != 0) {
      return fail(error_of(statement.get()));
    }
    return statements_.emplace(text, std::move(statement)).first->second.get();
  }

  SqlResult run_prepared(const std::string& text, SqlValues values) {
    const auto found = prepared(text);
    if (!found) return fail(found.error());
    MYSQL_STMT* statement = *found;
    std::vector<MYSQL_BIND> binds(values.size());
    std::vector<unsigned long> sizes(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      sizes[i] = values[i].size();
      binds[i].buffer_type = MYSQL_TYPE_STRING;
      binds[i].buffer = const_cast<char*>(values[i].data());
      binds[i].buffer_length = sizes[i];
      binds[i].length = &sizes[i];
    }
    if (mysql_stmt_bind_param(statement, binds.data()) != 0 || mysql_stmt_execute(statement) != 0) {
      return fail(error_of(statement));
    }
    if (mysql_stmt_field_count(statement) == 0) {
      return SqlAnswer{{}, mysql_stmt_affected_rows(statement)};
    }
    auto answer = fetch(statement);
    mysql_stmt_free_result(statement);
    return answer;
  }

  SqlResult fetch(MYSQL_STMT* statement) {
    if (mysql_stmt_store_result(statement) != 0) return fail(error_of(statement));
    const StoredResult shape(mysql_stmt_result_metadata(statement));
    if (!shape) return fail(error_of(statement));
    const unsigned columns = mysql_num_fields(shape.get());
    std::vector<MYSQL_BIND> binds(columns);
    std::vector<unsigned long> sizes(columns);
    std::vector<my_bool> nulls(columns);
    std::vector<std::string> buffers(columns);
    for (unsigned i = 0; i < columns; ++i) {
      const unsigned long longest = mysql_fetch_field_direct(shape.get(), i)->max_length;
      buffers[i].resize(std::max(longest, kNumberBytes));
      binds[i].buffer_type = MYSQL_TYPE_STRING;
      binds[i].buffer = buffers[i].data();
      binds[i].buffer_length = buffers[i].size();
      binds[i].length = &sizes[i];
      binds[i].is_null = &nulls[i];
    }
    if (mysql_stmt_bind_result(statement, binds.data()) != 0) return fail(error_of(statement));
    SqlAnswer answer;
    int code = 0;
    while ((code = mysql_stmt_fetch(statement)) == 0) {
      Row row;
      for (unsigned i = 0; i < columns; ++i) {
        row.push_back(nulls[i] != 0 ? std::string() : buffers[i].substr(0, sizes[i]));
      }
      answer.rows.push_back(std::move(row));
    }
    if (code == MYSQL_NO_DATA) return answer;
    if (code == MYSQL_DATA_TRUNCATED) {
      return fail(SqlError{{StoreFailure::kBadData, "MySQL: a value is longer than announced"}});
    }
    return fail(error_of(statement));
  }

  MysqlSettings settings_;
  milliseconds timeout_;
  std::unique_ptr<MYSQL, CloseConnection> connection_;
  std::unordered_map<std::string, Statement> statements_;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<SqlConnection> make_mysql_connection(MysqlSettings settings, milliseconds timeout) {
  return std::make_unique<MysqlConnection>(std::move(settings), timeout);
}

}  // namespace turnpike::credentials
