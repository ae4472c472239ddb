// The pure rooms' digests (base/digests.h) by OpenSSL. One instance per shard: an instance keeps
// warm contexts and must not be used by two threads at once; separate instances share nothing.
#pragma once

#include "base/digests.h"
#include "relay/crypto/openssl_ptr.h"

namespace turnpike::crypto {

class OpensslDigests final : public Digests {
 public:
  /// Looks the algorithms up once; a CHECK fails when this OpenSSL has no MD5, SHA-1 or SHA-256.
  OpensslDigests();

  Sha1 hmac_sha1(Bytes key, std::initializer_list<Bytes> parts) const override;
  Sha256 hmac_sha256(Bytes key, std::initializer_list<Bytes> parts) const override;
  Md5 md5(std::initializer_list<Bytes> parts) const override;
  Sha256 sha256(std::initializer_list<Bytes> parts) const override;

 private:
  OpensslPtr<EVP_MD> md5_;
  OpensslPtr<EVP_MD> sha256_;
  OpensslPtr<EVP_MD_CTX> digest_context_;
  OpensslPtr<EVP_MAC_CTX> hmac_sha1_context_;
  OpensslPtr<EVP_MAC_CTX> hmac_sha256_context_;
};

}  // namespace turnpike::crypto
