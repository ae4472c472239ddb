#include "relay/crypto/signature_key.h"

#include <gmock/gmock.h>

#include "base/base64.h"
#include "tests/vectors/rfc7515.h"

namespace turnpike::crypto {
namespace {

using testing::HasSubstr;

std::vector<std::uint8_t> decoded(const char* text) {
  auto bytes = base64url_decode(text);
  EXPECT_TRUE(bytes) << text;
  return bytes.value_or(std::vector<std::uint8_t>());
}

void expect_only_this_signature(const SignatureKey& key, const char* input, const char* text) {
  std::vector<std::uint8_t> signature = decoded(text);
  EXPECT_TRUE(key.verify(as_bytes(input), signature));
  EXPECT_FALSE(key.verify(as_bytes(std::string(input) + "."), signature));
  for (std::size_t i = 0; i < signature.size(); i += 7) {
    signature[i] ^= 1;
    EXPECT_FALSE(key.verify(as_bytes(input), signature)) << i;
    signature[i] ^= 1;
  }
  signature.pop_back();
  EXPECT_FALSE(key.verify(as_bytes(input), signature));
  EXPECT_FALSE(key.verify(as_bytes(input), {}));
}

TEST(SignatureKey, Rfc7515Hs256) {
  const auto key = SignatureKey::hmac(decoded(vectors::kRfc7515Hs256Key));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->algorithm(), SignatureAlgorithm::kHs256);
  expect_only_this_signature(*key, vectors::kRfc7515Hs256Input, vectors::kRfc7515Hs256Signature);
}

TEST(SignatureKey, Rfc7515Rs256) {
  const auto key = SignatureKey::rsa(decoded(vectors::kRfc7515RsaModulus), decoded("AQAB"));
  ASSERT_TRUE(key) << key.error();
  EXPECT_EQ(key->algorithm(), SignatureAlgorithm::kRs256);
  expect_only_this_signature(*key, vectors::kRfc7515Rs256Input, vectors::kRfc7515Rs256Signature);
}

TEST(SignatureKey, Rfc7515Es256) {
  const auto key = SignatureKey::p256(decoded(vectors::kRfc7515EcX), decoded(vectors::kRfc7515EcY));
  ASSERT_TRUE(key) << key.error();
  EXPECT_EQ(key->algorithm(), SignatureAlgorithm::kEs256);
  expect_only_this_signature(*key, vectors::kRfc7515Es256Input, vectors::kRfc7515Es256Signature);
  const std::vector<std::uint8_t> zeros(64);  // R = S = 0 signs everything where nobody checks
  EXPECT_FALSE(key->verify(as_bytes(vectors::kRfc7515Es256Input), zeros));
}

TEST(SignatureKey, WeakAndBrokenKeysAreRefused) {
  const std::vector<std::uint8_t> small(128, 0xff);
  EXPECT_THAT(SignatureKey::rsa(small, decoded("AQAB")).error(), HasSubstr("2048"));
  EXPECT_THAT(SignatureKey::rsa(small, {}).error(), HasSubstr("exponent"));
  EXPECT_THAT(SignatureKey::hmac(decoded("AQAB")).error(), HasSubstr("32 bytes"));
  const std::vector<std::uint8_t> ones(32, 1);  // no point of the curve
  EXPECT_THAT(SignatureKey::p256(ones, ones).error(), HasSubstr("cannot be used"));
  EXPECT_THAT(SignatureKey::p256(small, ones).error(), HasSubstr("32 bytes"));
}

}  // namespace
}  // namespace turnpike::crypto
