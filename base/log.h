// The log facade: LOG(kInfo, "session {}: closed", id). A program installs one sink; without one,
// lines vanish. Not for pure rooms (they return effects) and never on the data path. Text that a
// user controls goes through log_safe; secrets have no formatter.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace turnpike::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };

class Sink {
 public:
  virtual ~Sink() = default;
  /// Called from any thread. `line` has no newline at its end.
  virtual void write(Level level, std::string_view line) = 0;
};

/// Not owned; must outlive every LOG. nullptr takes it away.
void install(Sink* sink);
void set_min_level(Level level);
bool enabled(Level level);
void write(Level level, std::string_view line);

/// Control characters, quotes and backslashes as \xNN; at most `max_length` characters of the
/// input.
std::string log_safe(std::string_view text, std::size_t max_length = 256);

}  // namespace turnpike::log

#define LOG(level, ...)                                                                  \
  do {                                                                                   \
    if (::turnpike::log::enabled(::turnpike::log::Level::level)) {                       \
      ::turnpike::log::write(::turnpike::log::Level::level, ::fmt::format(__VA_ARGS__)); \
    }                                                                                    \
  } while (false)
