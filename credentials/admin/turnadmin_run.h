// What each command of turnadmin does, with Coturn's lines on stdout. Parses no command line.
#pragma once

#include <string>

#include "base/result.h"
#include "credentials/admin/turnadmin_line.h"

namespace turnpike::admin {

struct Outcome {
  std::string text;   // for stdout
  int exit_code = 0;  // 1: `credential verify`, and it is not valid
};

/// An error is one line that says what failed. Reads stdin where the line says so.
Result<Outcome, std::string> run(Line line);

}  // namespace turnpike::admin
