// A ChangeFeed that asks a database, again and again, for one text that is another one after every
// change: SQLite's data_version, PostgreSQL's snapshot. The question must be cheap.
#pragma once

#include <memory>
#include <string>

#include "credentials/store/sql_connection.h"

namespace turnpike::credentials {

inline constexpr milliseconds kSqliteFeedPeriod{25};

/// Reads where it begins at once, if the database can be reached, so that changes from now on are
/// told. `connection` is the feed's own.
std::unique_ptr<ChangeFeed> make_version_feed(std::unique_ptr<SqlConnection> connection,
                                              std::string question, milliseconds period);

}  // namespace turnpike::credentials
