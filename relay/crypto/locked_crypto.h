// Randomness and digests for several threads. Each call waits for the one before it: for services;
// a shard has instances of its own.
#pragma once

#include <mutex>

#include "relay/crypto/crypto_rng.h"
#include "relay/crypto/openssl_digests.h"

namespace turnpike::crypto {

class LockedRng final : public Rng {
 public:
  void fill(MutableBytes out) override;

 private:
  std::mutex mutex_;
  CryptoRng rng_;
};

class LockedDigests final : public Digests {
 public:
  Sha1 hmac_sha1(Bytes key, std::initializer_list<Bytes> parts) const override;
  Sha256 hmac_sha256(Bytes key, std::initializer_list<Bytes> parts) const override;
  Md5 md5(std::initializer_list<Bytes> parts) const override;
  Sha256 sha256(std::initializer_list<Bytes> parts) const override;

 private:
  mutable std::mutex mutex_;
  OpensslDigests digests_;
};

}  // namespace turnpike::crypto
