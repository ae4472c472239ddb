// One line of turnserver.conf cut into key and value by Coturn's grammar, and the four slips of the
// pen that its grammar swallows without a word. Views into the line; knows option names only to
// recognise "key:value".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace turnpike::conf {

/// Longest line, without its end; Coturn cuts at 1023 bytes and reads the rest as another line.
inline constexpr std::size_t kMaxLineBytes = 64 * 1024;

struct ConfigLine {
  enum class Kind : std::uint8_t { kBlank, kPair, kTooLong, kControlCharacter };
  Kind kind = Kind::kBlank;
  std::string_view key;    // up to the first space, tab or '='
  std::string_view value;  // without the quotes; empty when there is none
};

/// `line` has no '\n'; a '\r' at the end and a UTF-8 byte order mark at the start are fine.
ConfigLine split_line(std::string_view line);

/// What a line does that its author did not mean.
struct Slips {
  bool comment = false;        // realm=example.org # ours
  bool semicolon = false;      // realm=example.org;
  bool single_quotes = false;  // realm='example.org'
  bool colon = false;          // realm: example.org
  std::string_view key;        // what was meant
  std::string_view value;

  bool any() const { return comment || semicolon || single_quotes || colon; }
  /// The line does not name an option as it stands, so Coturn ignores it.
  bool breaks_key = false;
};

/// Only for lines of kind kPair. A value in double quotes is always meant as it stands.
Slips find_slips(std::string_view line);

}  // namespace turnpike::conf
