// A ChangeFeed that asks a database, again and again, for one text that is another one after every
// change. The question must be cheap; sqlite_feed.h has SQLite's.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "credentials/store/sql_connection.h"

namespace turnpike::credentials {

/// The database's version by now. `fresh`: the connection was made just before this call.
using AskVersion = std::function<StoreResult<std::string>(SqlConnection& connection, bool fresh)>;

/// Reads where it begins at once, if the database can be reached, so that changes from now on are
/// told. `connection` is the feed's own.
std::unique_ptr<ChangeFeed> make_version_feed(std::unique_ptr<SqlConnection> connection,
                                              AskVersion ask, milliseconds period);

}  // namespace turnpike::credentials
