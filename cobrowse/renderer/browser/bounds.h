// What keeps short, in bytes and in number, what comes out of a browser.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "base/time.h"

namespace turnpike::browser {

/// At most `most` bytes of UTF-8, but no half characters: that would be no JSON on the way to the
/// server.
std::string cut(std::string text, std::size_t most);

/// Whether there have been `most` within `window` before; if not, this one is counted.
bool is_too_often(std::deque<MonotonicTime>& times, std::size_t most, seconds window,
                  MonotonicTime now);

}  // namespace turnpike::browser
