// Hashes of passwords and API keys that are kept on disk, and checking against them. An API key
// that we made has 256 bits of randomness, so one SHA-256 keeps it; a password that a person chose
// needs scrypt (RFC 7914).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digests.h"
#include "base/rng.h"

namespace turnpike::crypto {

/// "sha256:" and 64 hex digits. Only for keys from generate_api_key or as hard to guess.
std::string hash_api_key(std::string_view key);
/// The same from the key's SHA-256.
std::string api_key_hash(const Sha256& digest);

/// "scrypt:16384:8:1:<salt>:<hash>", both base64url; takes about 50 ms and 16 MiB.
std::string hash_password(std::string_view password, Rng& rng);

/// Whether it is the one, in the same time wherever they differ. Either form; false for a hash that
/// is none, or that asks for more memory than hash_password does.
bool matches_hash(std::string_view text, std::string_view hash);

/// Whether matches_hash could ever say yes.
bool is_key_hash(std::string_view hash);

/// The digest in a hash_api_key; nothing for anything else.
std::optional<Sha256> api_key_digest(std::string_view hash);

}  // namespace turnpike::crypto
