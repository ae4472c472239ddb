// `turnadmin import`: copies the rows of one store to another, of any kinds. Deletes nothing.
#pragma once

#include <string>

#include "base/result.h"
#include "credentials/admin/turnadmin_line.h"

namespace turnpike::admin {

/// One line per table: how many rows were read, and how many were written since they were missing
/// or different; with --json one object. With a realm, only its rows, and only of tables that have
/// realms.
Result<std::string, std::string> import_rows(const Line& line);

}  // namespace turnpike::admin
