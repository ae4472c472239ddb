// Is this text UTF-8 (RFC 3629)? Asked where a format demands it and the text came from a client.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace turnpike {

/// U+FFFD, which stands for bytes that are no UTF-8.
inline constexpr std::string_view kReplacementCharacter = "\xef\xbf\xbd";

/// Length in bytes of the character that `text` (not empty) starts with; 0 when it is none.
std::size_t utf8_length(std::string_view text);

/// The text as it is, with U+FFFD for every byte that is no UTF-8.
std::string to_utf8(std::string_view text);

}  // namespace turnpike
