// The keys that sign callers' tokens: a JWK Set (RFC 7517) as an identity provider publishes it.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/core/json_web_token.h"
#include "relay/crypto/signature_key.h"

namespace turnpike::service {

class JwkSet final : public http::TokenKeys {
 public:
  static constexpr std::size_t kMaxKeys = 32;

  /// RSA keys for RS256, P-256 keys for ES256, and where `shared` is set shared keys for HS256.
  /// Others are left out, also what is not for signing; an error when none stays, or when one of
  /// them is broken.
  static Result<std::shared_ptr<const JwkSet>, std::string> parse(std::string_view text,
                                                                  bool shared);

  bool verify(http::TokenAlgorithm algorithm, std::string_view key_id, Bytes message,
              Bytes signature) const override;

  std::size_t size() const { return keys_.size(); }
  /// Whether somebody asked for a key id that is not here: the set may be out of date.
  bool missed() const { return missed_.load(std::memory_order_relaxed); }

 private:
  struct Key {
    std::string id;
    crypto::SignatureKey key;
  };
  JwkSet() = default;

  std::vector<Key> keys_;
  mutable std::atomic<bool> missed_{false};
};

}  // namespace turnpike::service
