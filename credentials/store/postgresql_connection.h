// A PostgreSQL server as a SqlConnection, and its LISTEN/NOTIFY as a ChangeFeed. The one home of
// libpq.
#pragma once

#include <atomic>
#include <memory>

#include "base/secret.h"
#include "credentials/store/sql_connection.h"

namespace turnpike::credentials {

/// `conninfo` as libpq has it: `host=… dbname=…`, or postgresql://…; `timeout` is for each call,
/// and for connecting where there is no connect_timeout in it. Fails for one that libpq cannot
/// read.
StoreResult<std::unique_ptr<SqlConnection>> make_postgresql_connection(const Secret& conninfo,
                                                                       milliseconds timeout);

/// Tells of our writes by NOTIFY and of everybody's by triggers on the tables. Where those may not
/// be installed, or on a standby, it looks at the database's snapshot each kMaxStaleness, which no
/// committed write leaves as it was, and says so in the log, with the reason, unless `told`.
std::unique_ptr<ChangeFeed> make_postgresql_feed(const Secret& conninfo, milliseconds timeout,
                                                 std::shared_ptr<std::atomic<bool>> told);

}  // namespace turnpike::credentials
