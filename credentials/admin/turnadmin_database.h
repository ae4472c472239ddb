// The database that a command line of turnadmin names, opened. Reads and writes nothing in it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "credentials/admin/turnadmin_line.h"
#include "credentials/store/store.h"

namespace turnpike::admin {

/// Coturn's default SQLite file where the line names none. An error is one line: two databases are
/// named, there is none, or the connection string makes no sense.
Result<std::unique_ptr<credentials::Store>, std::string> open_database(const Line& line);

}  // namespace turnpike::admin
