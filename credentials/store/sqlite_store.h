// The embedded store: one SQLite file, Coturn's schema, write-ahead log. The only home of SQLite.
#pragma once

#include <memory>
#include <string>

#include "base/time.h"
#include "credentials/store/store.h"

namespace turnpike::credentials {

/// `path` is made (mode 0600) with its tables when it is not there; its folder must be. `timeout`
/// is how long a call waits for another program's write.
std::unique_ptr<Store> open_sqlite_store(std::string path, milliseconds timeout);

}  // namespace turnpike::credentials
