// The keys that requests are signed with, from passwords and from shared secrets. Knows no users
// and no times.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/digests.h"
#include "base/secret.h"

namespace turnpike::credentials {

/// RFC 8489 section 18.5.
enum class PasswordAlgorithm : std::uint16_t { kMd5 = 1, kSha256 = 2 };

/// MD5(user:realm:password) or SHA-256 of the same; see RFC 8489 section 9.2.2.
struct LongTermKey {
  std::array<std::uint8_t, 32> bytes{};
  std::uint8_t size = 0;
  Bytes view() const { return {bytes.data(), size}; }
};

/// The texts are taken as the bytes they are; what was typed goes through saslprep.h first.
LongTermKey long_term_key(const Digests& digests, PasswordAlgorithm algorithm,
                          std::string_view user, std::string_view realm, std::string_view password);

/// With what the password of a time-limited user name is made. Coturn and draft-uberti know SHA-1
/// only.
enum class RestHash : std::uint8_t { kSha1, kSha256 };

/// base64(HMAC(secret, username)): the password that belongs to a time-limited user name. The
/// secret is used literally, also when it looks like base64 or hex.
Secret rest_password(const Digests& digests, const Secret& secret, std::string_view username,
                     RestHash hash = RestHash::kSha1);

}  // namespace turnpike::credentials
