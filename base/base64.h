// Base64 (RFC 4648 sections 4 and 5) and hexadecimal text. Decoding is strict: one spelling per
// value, no white space.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace turnpike {

/// Standard alphabet with padding.
std::string base64_encode(Bytes bytes);
/// The alphabet for URLs, without padding (JSON Web Tokens, RFC 7515).
std::string base64url_encode(Bytes bytes);

/// Nothing for a wrong length, alphabet, padding, or bits that are set where none may be.
std::optional<std::vector<std::uint8_t>> base64_decode(std::string_view text);
std::optional<std::vector<std::uint8_t>> base64url_decode(std::string_view text);

/// Lower case, two digits per byte.
std::string hex_encode(Bytes bytes);
/// Either case; nothing for an odd length or another character.
std::optional<std::vector<std::uint8_t>> hex_decode(std::string_view text);

}  // namespace turnpike
