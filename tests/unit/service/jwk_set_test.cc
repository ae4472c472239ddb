#include "service/jwk_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "tests/vectors/rfc7515.h"

namespace turnpike::service {
namespace {

using http::TokenAlgorithm;
using ::testing::HasSubstr;

std::string rsa_key(const std::string& more) {
  return R"({"kty":"RSA","e":"AQAB","n":")" + std::string(vectors::kRfc7515RsaModulus) + "\"" +
         more + "}";
}

std::string ec_key(const std::string& more) {
  return R"({"kty":"EC","crv":"P-256","x":")" + std::string(vectors::kRfc7515EcX) + R"(","y":")" +
         std::string(vectors::kRfc7515EcY) + "\"" + more + "}";
}

std::string shared_key(const std::string& more) {
  return R"({"kty":"oct","k":")" + std::string(vectors::kRfc7515Hs256Key) + "\"" + more + "}";
}

Result<std::shared_ptr<const JwkSet>, std::string> parse(const std::string& keys,
                                                         bool shared = true) {
  return JwkSet::parse(R"({"keys":[)" + keys + "]}", shared);
}

bool signs(const JwkSet& set, TokenAlgorithm algorithm, std::string_view key_id, const char* input,
           const char* signature) {
  return set.verify(algorithm, key_id, as_bytes(input), *base64url_decode(signature));
}

bool signs_rs256(const JwkSet& set, std::string_view key_id) {
  return signs(set, TokenAlgorithm::kRs256, key_id, vectors::kRfc7515Rs256Input,
               vectors::kRfc7515Rs256Signature);
}

TEST(JwkSet, Rfc7515Examples) {
  const auto set = parse(rsa_key(R"(,"kid":"r")") + "," + ec_key(R"(,"kid":"e","alg":"ES256")") +
                         "," + shared_key(""));
  ASSERT_TRUE(set) << set.error();
  EXPECT_EQ((*set)->size(), 3U);
  EXPECT_TRUE(signs_rs256(**set, "r"));
  EXPECT_TRUE(signs(**set, TokenAlgorithm::kEs256, "e", vectors::kRfc7515Es256Input,
                    vectors::kRfc7515Es256Signature));
  EXPECT_TRUE(signs(**set, TokenAlgorithm::kHs256, "", vectors::kRfc7515Hs256Input,
                    vectors::kRfc7515Hs256Signature));
  EXPECT_TRUE(signs_rs256(**set, ""));    // a token need not name its key
  EXPECT_FALSE(signs_rs256(**set, "e"));  // but is held to the one that it names
}

TEST(JwkSet, AKeyIsForOneAlgorithm) {
  const auto set = parse(rsa_key(""));
  ASSERT_TRUE(set) << set.error();
  EXPECT_FALSE(signs(**set, TokenAlgorithm::kHs256, "", vectors::kRfc7515Hs256Input,
                     vectors::kRfc7515Hs256Signature));
  EXPECT_FALSE(signs(**set, TokenAlgorithm::kEs256, "", vectors::kRfc7515Rs256Input,
                     vectors::kRfc7515Rs256Signature));
}

TEST(JwkSet, AnUnknownIdIsRemembered) {
  const auto set = parse(rsa_key(R"(,"kid":"r")"));
  ASSERT_TRUE(set) << set.error();
  EXPECT_FALSE(signs(**set, TokenAlgorithm::kRs256, "r", "other", vectors::kRfc7515Rs256Signature));
  EXPECT_FALSE((*set)->missed());
  EXPECT_FALSE(signs_rs256(**set, "new"));
  EXPECT_TRUE((*set)->missed());
}

TEST(JwkSet, WhatIsNotForSigningIsLeftOut) {
  const auto size = [](const std::string& keys, bool shared = true) {
    const auto set = parse(keys, shared);
    return set ? (*set)->size() : 0;
  };
  const std::string good = rsa_key("") + ",";
  EXPECT_EQ(size(good + ec_key(R"(,"use":"enc")")), 1U);
  EXPECT_EQ(size(good + ec_key(R"(,"key_ops":["sign"])")), 1U);
  EXPECT_EQ(size(good + ec_key(R"(,"key_ops":["verify"],"use":"sig")")), 2U);
  EXPECT_EQ(size(good + ec_key(R"(,"alg":"ES384")")), 1U);
  EXPECT_EQ(size(good + R"({"kty":"OKP","crv":"Ed25519","x":"AA"})"), 1U);
  EXPECT_EQ(size(good + R"("text",7,{})"), 1U);
  EXPECT_EQ(size(good + shared_key(""), false), 1U);
  EXPECT_EQ(size(shared_key(""), false), 0U);
}

TEST(JwkSet, WhatIsBrokenIsAnError) {
  EXPECT_THAT(JwkSet::parse("", true).error(), HasSubstr("is no JWK set"));
  EXPECT_THAT(JwkSet::parse("{}", true).error(), HasSubstr("no keys in it"));
  EXPECT_THAT(parse("").error(), HasSubstr("has no key for"));
  EXPECT_THAT(parse(R"({"kty":"RSA","n":"AQAB","e":"AQAB"})").error(), HasSubstr("key 1: "));
  EXPECT_THAT(parse(R"({"kty":"RSA","e":"AQAB"})").error(), HasSubstr("n is no base64url"));
  EXPECT_THAT(parse(R"({"kty":"oct","k":"c2hvcnQ"})").error(), HasSubstr("32 bytes"));
  std::string many = rsa_key("");
  for (int i = 0; i < 32; ++i) many += "," + rsa_key("");
  EXPECT_THAT(parse(many).error(), HasSubstr("more than 32"));
}

}  // namespace
}  // namespace turnpike::service
