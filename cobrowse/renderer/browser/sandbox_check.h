// Whether Chromium's own sandbox is there: the processes that run pages have a filter of system
// calls, besides those that a container gives to all. Where a machine does not let them have one,
// Chromium may go on without it, and we do not.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace turnpike::browser {

enum class Sandbox : std::uint8_t {
  kNoPages,  // no process of a page is there yet
  kClosed,   // all of them have a filter of their own
  kOpen,     // one has none, or none yet: it is put on while a process starts
};

/// `browser` is the first process. `proc` is where /proc is mounted.
Sandbox look_at_sandbox(pid_t browser, const std::string& proc = "/proc");

}  // namespace turnpike::browser
