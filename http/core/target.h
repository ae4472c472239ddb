// The request target of RFC 9112 section 3.2 as a decoded path of whole segments. Whatever two
// programs could read in two ways is refused here, so that a proxy and we never disagree about what
// a request asks for. Entry paths build on it; there is no routing here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace turnpike::http {

enum class TargetError : std::uint8_t {
  kForm,       // neither "/path" nor "http(s)://authority/path"
  kCharacter,  // a byte that must be percent-encoded, a fragment, a backslash
  kEncoding,   // "%" without two hexadecimal digits
  kSeparator,  // an encoded "/", "\" or control character, once or twice encoded
  kText,       // not UTF-8 after decoding (overlong forms and surrogates are not)
  kEscape,     // ".." above the root, or out of a prefix
  kDisguise,   // a prefix that is not spelled plainly: "//app", "/%61pp", "/./app"
};

/// One sentence for a problem's detail.
std::string_view target_error_text(TargetError error);

struct Target {
  std::string
      path;  // "/a b/c": decoded, "." and ".." resolved, no empty segments; "/" for the root
  std::string query;          // behind the first "?", not decoded; its bytes are printable ASCII
  std::string_view raw_path;  // of the text that was parsed, from its first "/"
  std::size_t shallowest = SIZE_MAX;  // the fewest segments that a ".." has left, SIZE_MAX: none
  bool trailing_slash = false;        // "/a/" has the path "/a/"
};

/// "/a//b/./c/" is "/a/b/c/". The result's raw_path lives as long as `raw`.
Result<Target, TargetError> parse_target(std::string_view raw);

/// Strict percent decoding of one piece, once. Nothing is refused but "%" without two digits.
/// `plus_is_space` as forms want it.
bool percent_decode(std::string_view text, bool plus_is_space, std::string& out);

/// Well-formed UTF-8 (RFC 3629): no overlong forms, surrogates or values past U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace turnpike::http
