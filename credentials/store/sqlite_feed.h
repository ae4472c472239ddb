// The ChangeFeed of a SQLite file: triggers on the watched tables count changes by anybody in
// `turnpike_version`, so that other writes wake nobody. Where they cannot be put there, any write
// to the file counts as a change.
#pragma once

#include <memory>
#include <string>

#include "credentials/store/sql_connection.h"

namespace turnpike::credentials {

inline constexpr milliseconds kSqliteFeedPeriod{25};

/// `timeout` is how long to wait for a writer, when the triggers are made.
std::unique_ptr<ChangeFeed> make_sqlite_feed(const std::string& path, milliseconds timeout);

}  // namespace turnpike::credentials
