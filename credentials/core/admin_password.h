// How the passwords of administrators are stored: Coturn's "$5$salt$hash". One round of SHA-256, so
// a password that is easily guessed stays so. Checks none.
#pragma once

#include <string_view>

#include "base/digests.h"
#include "base/rng.h"
#include "base/secret.h"

namespace turnpike::credentials {

/// "$5$", 16 hex digits of a new salt, "$", 64 hex digits of SHA-256(salt, password); the salt goes
/// into the hash as its 8 bytes.
Secret hash_password(const Digests& digests, Rng& rng, std::string_view password);

}  // namespace turnpike::credentials
