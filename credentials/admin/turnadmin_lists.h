// The lists that turnadmin prints, in Coturn's lines or as JSON. Changes nothing.
#pragma once

#include <string>

#include "base/result.h"
#include "credentials/admin/turnadmin_line.h"
#include "credentials/store/store.h"

namespace turnpike::admin {

/// The lines of the list that the command asks for, of the realm of the line where it has one; with
/// --json one array of objects.
Result<std::string, std::string> list(const Line& line, credentials::Store& store);

}  // namespace turnpike::admin
