// Reads users from the SQLite files that Coturn made before it had realms: turnusers_lt(name,
// hmackey). For importing them; nothing is written to such a file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "credentials/store/store.h"

namespace turnpike::credentials {

/// Rows of Table::kUser, all of `realm`. Nothing for a file that has realms, or no such table.
StoreResult<std::optional<std::vector<Row>>> read_early_users(const std::string& path,
                                                              std::string_view realm);

}  // namespace turnpike::credentials
