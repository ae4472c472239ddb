// The ChangeFeed of a SQLite file: triggers on the watched tables count changes by anybody in
// `turnpike_version`, so that other writes wake nobody. Where they cannot be put there, any write
// to the file counts as a change.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "credentials/store/sql_connection.h"

namespace turnpike::credentials {

inline constexpr milliseconds kSqliteFeedPeriod{25};

/// `timeout` is how long to wait for a writer, when the triggers are made. That they cannot be made
/// is said in the log, with the reason, unless `told`.
std::unique_ptr<ChangeFeed> make_sqlite_feed(const std::string& path, milliseconds timeout,
                                             std::shared_ptr<std::atomic<bool>> told);

}  // namespace turnpike::credentials
