// What each command of turnadmin does, with Coturn's lines on stdout. Parses no command line.
#pragma once

#include <string>

#include "base/result.h"
#include "credentials/admin/turnadmin_line.h"

namespace turnpike::admin {

/// What to print on stdout, or one line that says what failed. Reads stdin where the line says so.
Result<std::string, std::string> run(Line line);

}  // namespace turnpike::admin
