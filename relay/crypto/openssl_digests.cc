#include "relay/crypto/openssl_digests.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/check.h"

namespace turnpike::crypto {
namespace {

OpensslPtr<EVP_MD> fetch_digest(const char* name) {
  OpensslPtr<EVP_MD> digest(EVP_MD_fetch(nullptr, name, nullptr));
  CHECK(digest != nullptr);
  return digest;
}

/// The digest is bound here, once; each use only changes the key.
OpensslPtr<EVP_MAC_CTX> make_hmac_context(const char* digest_name) {
  const OpensslPtr<EVP_MAC> hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  CHECK(hmac != nullptr);
  OpensslPtr<EVP_MAC_CTX> context(EVP_MAC_CTX_new(hmac.get()));
  CHECK(context != nullptr);
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digest_name), 0),
      OSSL_PARAM_construct_end()};
  CHECK(EVP_MAC_CTX_set_params(context.get(), params) == 1);
  return context;
}

template <class Digest>
Digest hmac(EVP_MAC_CTX* context, Bytes key, std::initializer_list<Bytes> parts) {
  static constexpr std::uint8_t kNoKey = 0;  // a null key would mean "the key of the last call"
  const std::uint8_t* key_data = key.empty() ? &kNoKey : key.data();
  CHECK(EVP_MAC_init(context, key_data, key.size(), nullptr) == 1);
  for (const Bytes part : parts) {
    CHECK(EVP_MAC_update(context, part.data(), part.size()) == 1);
  }
  Digest result{};
  std::size_t length = 0;
  CHECK(EVP_MAC_final(context, result.data(), &length, result.size()) == 1);
  CHECK(length == result.size());
  return result;
}

template <class Digest>
Digest digest(EVP_MD_CTX* context, const EVP_MD* md, std::initializer_list<Bytes> parts) {
  CHECK(EVP_DigestInit_ex2(context, md, nullptr) == 1);
  for (const Bytes part : parts) {
    CHECK(EVP_DigestUpdate(context, part.data(), part.size()) == 1);
  }
  Digest result{};
  unsigned int length = 0;
  CHECK(EVP_DigestFinal_ex(context, result.data(), &length) == 1);
  CHECK(length == result.size());
  return result;
}

}  // namespace

OpensslDigests::OpensslDigests()
    : md5_(fetch_digest("MD5")),
      sha256_(fetch_digest("SHA256")),
      digest_context_(EVP_MD_CTX_new()),
      hmac_sha1_context_(make_hmac_context("SHA1")),
      hmac_sha256_context_(make_hmac_context("SHA256")) {
  CHECK(digest_context_ != nullptr);
}

Sha1 OpensslDigests::hmac_sha1(Bytes key, std::initializer_list<Bytes> parts) const {
  return hmac<Sha1>(hmac_sha1_context_.get(), key, parts);
}

Sha256 OpensslDigests::hmac_sha256(Bytes key, std::initializer_list<Bytes> parts) const {
  return hmac<Sha256>(hmac_sha256_context_.get(), key, parts);
}

Md5 OpensslDigests::md5(std::initializer_list<Bytes> parts) const {
  return digest<Md5>(digest_context_.get(), md5_.get(), parts);
}

Sha256 OpensslDigests::sha256(std::initializer_list<Bytes> parts) const {
  return digest<Sha256>(digest_context_.get(), sha256_.get(), parts);
}

}  // namespace turnpike::crypto
