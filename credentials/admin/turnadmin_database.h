// The database that a command line of turnadmin names, opened. Reads and writes nothing in it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "credentials/admin/turnadmin_line.h"
#include "credentials/store/open_store.h"

namespace turnpike::admin {

/// Coturn's default SQLite file where the line names none. An error is one line: two databases are
/// named, there is none, or the connection string makes no sense.
Result<std::unique_ptr<credentials::Store>, std::string> open_database(const Line& line);

/// Does the line name a database?
bool names_database(const Line& line);

/// "sqlite:/var/lib/turn/turndb", "redis:ip=…": a kind and a connection string. `must_exist`: a
/// SQLite file is not created.
Result<credentials::StoreSettings, std::string> parse_database(std::string_view text,
                                                               bool must_exist);

}  // namespace turnpike::admin
