// A SQLite file as a SqlConnection: write-ahead log, prepared statements kept, mode 0600 where we
// create it. The one home of sqlite3.h.
#pragma once

#include <memory>
#include <string>

#include "credentials/store/sql_connection.h"

namespace turnpike::credentials {

/// `timeout` is how long to wait for another writer.
std::unique_ptr<SqlConnection> make_sqlite_connection(std::string path, milliseconds timeout);

}  // namespace turnpike::credentials
