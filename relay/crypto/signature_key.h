// Public keys and shared keys that sign messages, from the numbers of a JSON Web Key (RFC 7517, RFC
// 7518), and checking a signature (RFC 7515). Knows no JSON, no key ids and no tokens.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "relay/crypto/openssl_ptr.h"

namespace turnpike::crypto {

enum class SignatureAlgorithm : std::uint8_t { kHs256, kRs256, kEs256 };

/// Immutable; verify() may be called by several threads at once.
class SignatureKey {
 public:
  /// RS256. Big-endian numbers; the modulus has 2048 to 8192 bits (RFC 7518 section 3.3).
  static Result<SignatureKey, std::string> rsa(Bytes modulus, Bytes exponent);
  /// ES256: a point on P-256, 32 bytes each.
  static Result<SignatureKey, std::string> p256(Bytes x, Bytes y);
  /// HS256: at least 32 bytes (RFC 7518 section 3.2).
  static Result<SignatureKey, std::string> hmac(Bytes key);

  SignatureAlgorithm algorithm() const { return algorithm_; }

  /// `signature` as it stands in a JWS: for ES256 R and S, 32 bytes each.
  bool verify(Bytes message, Bytes signature) const;

 private:
  SignatureKey(SignatureAlgorithm algorithm, OpensslPtr<EVP_PKEY> key, Secret shared)
      : algorithm_(algorithm), key_(std::move(key)), shared_(std::move(shared)) {}

  SignatureAlgorithm algorithm_;
  OpensslPtr<EVP_PKEY> key_;
  Secret shared_;
};

}  // namespace turnpike::crypto
