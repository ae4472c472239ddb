// Why a TLS connection failed, for the operator's log: OpenSSL's reason, and what it usually means
// here.
#pragma once

#include <openssl/types.h>

#include <string>

namespace turnpike::crypto {

/// Reads and empties the calling thread's error queue after a failed call on `connection`.
std::string take_tls_failure(const SSL* connection);

}  // namespace turnpike::crypto
