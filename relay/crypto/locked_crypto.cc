#include "relay/crypto/locked_crypto.h"

namespace turnpike::crypto {

void LockedRng::fill(MutableBytes out) {
  const std::lock_guard lock(mutex_);
  rng_.fill(out);
}

Sha1 LockedDigests::hmac_sha1(Bytes key, std::initializer_list<Bytes> parts) const {
  const std::lock_guard lock(mutex_);
  return digests_.hmac_sha1(key, parts);
}

Sha256 LockedDigests::hmac_sha256(Bytes key, std::initializer_list<Bytes> parts) const {
  const std::lock_guard lock(mutex_);
  return digests_.hmac_sha256(key, parts);
}

Md5 LockedDigests::md5(std::initializer_list<Bytes> parts) const {
  const std::lock_guard lock(mutex_);
  return digests_.md5(parts);
}

Sha256 LockedDigests::sha256(std::initializer_list<Bytes> parts) const {
  const std::lock_guard lock(mutex_);
  return digests_.sha256(parts);
}

}  // namespace turnpike::crypto
