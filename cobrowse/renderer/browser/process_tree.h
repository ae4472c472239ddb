// Which processes came from which, as /proc has it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace turnpike::browser {

/// Children, their children and so on, without `ancestor` itself. Those whose parents have ended
/// belong to somebody else by then. `proc` is where /proc is mounted.
std::vector<pid_t> descendants(pid_t ancestor, const std::string& proc = "/proc");

}  // namespace turnpike::browser
