#include "relay/crypto/signature_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>

#include <array>
#include <memory>
#include <vector>

#include "base/check.h"
#include "relay/crypto/openssl_error.h"

namespace turnpike::crypto {
namespace {

constexpr std::size_t kHalf = 32;  // of a P-256 signature or point

struct Free {
  void operator()(BIGNUM* p) const { BN_free(p); }
  void operator()(OSSL_PARAM_BLD* p) const { OSSL_PARAM_BLD_free(p); }
  void operator()(OSSL_PARAM* p) const { OSSL_PARAM_free(p); }
  void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
  void operator()(ECDSA_SIG* p) const { ECDSA_SIG_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIGNUM> number(Bytes bytes) {
  Owned<BIGNUM> value(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  CHECK(value != nullptr);
  return value;
}

Result<OpensslPtr<EVP_PKEY>, std::string> make_key(const char* type, OSSL_PARAM_BLD* builder) {
  const Owned<OSSL_PARAM> params(OSSL_PARAM_BLD_to_param(builder));
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  CHECK(params != nullptr && context != nullptr);
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return fail("the key cannot be used: " + take_openssl_reason());
  }
  return OpensslPtr<EVP_PKEY>(key);
}

/// R and S as the DER that OpenSSL wants. Empty: it is none.
std::vector<std::uint8_t> to_der(Bytes signature) {
  if (signature.size() != 2 * kHalf) return {};
  const Owned<ECDSA_SIG> pair(ECDSA_SIG_new());
  CHECK(pair != nullptr);
  CHECK(ECDSA_SIG_set0(pair.get(), number(signature.first(kHalf)).release(),
                       number(signature.last(kHalf)).release()) == 1);
  const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
  if (size <= 0) return {};
  std::vector<std::uint8_t> der(static_cast<std::size_t>(size));
  std::uint8_t* out = der.data();
  CHECK(i2d_ECDSA_SIG(pair.get(), &out) == size);
  return der;
}

bool verify_digest(EVP_PKEY* key, Bytes message, Bytes signature) {
  const OpensslPtr<EVP_MD_CTX> context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  const bool good = EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key,
                                            nullptr) == 1 &&
                    EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                     message.data(), message.size()) == 1;
  ERR_clear_error();
  return good;
}

bool verify_hmac(Bytes key, Bytes message, Bytes signature) {
  std::array<std::uint8_t, 32> expected{};
  unsigned int size = 0;
  CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
             expected.data(), &size) != nullptr);
  return signature.size() == size &&
         CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) == 0;
}

}  // namespace

Result<SignatureKey, std::string> SignatureKey::rsa(Bytes modulus, Bytes exponent) {
  if (exponent.empty() || exponent.size() > 8) {
    return fail(std::string("the exponent of an RSA key has 1 to 8 bytes"));
  }
  const Owned<BIGNUM> n = number(modulus);
  const Owned<BIGNUM> e = number(exponent);
  if (BN_num_bits(n.get()) < 2048 || BN_num_bits(n.get()) > 8192) {
    return fail("an RSA key needs 2048 to 8192 bits, this one has " +
                std::to_string(BN_num_bits(n.get())));
  }
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  CHECK(builder != nullptr);
  CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1);
  CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1);
  auto key = make_key("RSA", builder.get());
  if (!key) return fail(key.error());
  return SignatureKey(SignatureAlgorithm::kRs256, std::move(*key), Secret());
}

Result<SignatureKey, std::string> SignatureKey::p256(Bytes x, Bytes y) {
  if (x.size() != kHalf || y.size() != kHalf) {
    return fail(std::string("x and y of a P-256 key have 32 bytes each"));
  }
  std::vector<std::uint8_t> point = {0x04};  // uncompressed, SEC 1 section 2.3.3
  point.insert(point.end(), x.begin(), x.end());
  point.insert(point.end(), y.begin(), y.end());
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  CHECK(builder != nullptr);
  CHECK(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
                                        0) == 1);
  CHECK(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) == 1);
  auto key = make_key("EC", builder.get());
  if (!key) return fail(key.error());
  return SignatureKey(SignatureAlgorithm::kEs256, std::move(*key), Secret());
}

Result<SignatureKey, std::string> SignatureKey::hmac(Bytes key) {
  if (key.size() < 32) return fail(std::string("an HS256 key needs at least 32 bytes"));
  return SignatureKey(SignatureAlgorithm::kHs256, nullptr, Secret(std::string(as_text(key))));
}

bool SignatureKey::verify(Bytes message, Bytes signature) const {
  switch (algorithm_) {
    case SignatureAlgorithm::kHs256:
      return verify_hmac(shared_.reveal_bytes(), message, signature);
    case SignatureAlgorithm::kRs256:
      return verify_digest(key_.get(), message, signature);
    case SignatureAlgorithm::kEs256: {
      const std::vector<std::uint8_t> der = to_der(signature);
      return !der.empty() && verify_digest(key_.get(), message, der);
    }
  }
  return false;
}

}  // namespace turnpike::crypto
