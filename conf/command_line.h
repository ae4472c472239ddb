// The command line by the rules of getopt_long: clusters of short options, unique prefixes of long
// ones. What Coturn understands means the same here; what it would misunderstand silently is
// reported.
#pragma once

#include <span>
#include <vector>

#include "conf/assign.h"
#include "conf/diagnostic.h"

namespace turnpike::conf {

/// `args` is argv with the program's name first. In order of appearance.
std::vector<Assignment> parse_command_line(std::span<const char* const> args,
                                           Diagnostics& diagnostics);

}  // namespace turnpike::conf
