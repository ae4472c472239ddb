#include "http/core/json_web_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"

namespace turnpike::http {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kNow = 1767139200;

/// Signs and checks with one made-up algorithm, as a key set that has one key of each kind: the
/// signature names algorithm and key. Real ones: jwk_set_test.cc.
class NamedKeys final : public TokenKeys {
 public:
  bool verify(TokenAlgorithm algorithm, std::string_view key_id, Bytes message,
              Bytes signature) const override {
    asked.emplace_back(algorithm, key_id);
    return algorithm == TokenAlgorithm::kRs256 && as_text(signature) == sign(as_text(message));
  }
  static std::string sign(std::string_view message) {
    return "signed:" + std::to_string(std::hash<std::string_view>{}(message));
  }
  mutable std::vector<std::pair<TokenAlgorithm, std::string>> asked;
};

std::string part(std::string_view text) {
  return base64url_encode(as_bytes(text));
}

std::string token(std::string_view header, std::string_view payload) {
  const std::string body = part(header) + "." + part(payload);
  return body + "." + part(NamedKeys::sign(body));
}

constexpr std::string_view kHeader = R"({"alg":"RS256","kid":"k1","typ":"JWT"})";
constexpr std::string_view kPayload =
    R"({"iss":"https://id.example.org","aud":["turn","x"],"sub":"alice","exp":1767139260})";
const TokenRules kRules{.issuer = "https://id.example.org", .audience = "turn"};

std::string refusal(std::string_view text) {
  const NamedKeys keys;
  const auto claims = check_token(text, keys, kRules, WallTime(seconds(kNow)));
  return claims ? "none" : claims.error();
}

TEST(CheckToken, GivesTheClaimsOfAGoodOne) {
  const NamedKeys keys;
  const auto claims = check_token(token(kHeader, kPayload), keys, kRules, WallTime(seconds(kNow)));
  ASSERT_TRUE(claims) << claims.error();
  EXPECT_EQ(claims->at("sub").as_string(), "alice");
  ASSERT_EQ(keys.asked.size(), 1U);
  EXPECT_EQ(keys.asked[0], std::pair(TokenAlgorithm::kRs256, std::string("k1")));
}

TEST(CheckToken, TheClaimsHaveRules) {
  const auto with = [](std::string_view payload) { return refusal(token(kHeader, payload)); };
  const std::string rest = R"("iss":"https://id.example.org","aud":"turn",)";
  EXPECT_EQ(with("{" + rest + R"("exp":1767139141.5})"), "none");  // the clocks' leeway
  EXPECT_EQ(with("{" + rest + R"("exp":1767139140})"), "it has expired");
  EXPECT_EQ(with("{" + rest + R"("exp":-1})"), "it has expired");
  EXPECT_EQ(with("{" + rest + R"("exp":"1767139260"})"), "exp is no time");
  EXPECT_EQ(with("{" + rest + R"("exp":1e300})"), "exp is no time");
  EXPECT_EQ(with("{" + rest + R"("exp":9223372036854775807})"), "exp is no time");
  EXPECT_EQ(with("{" + rest + R"("sub":"alice"})"), "exp is missing");
  EXPECT_EQ(with("{" + rest + R"("exp":1767139999,"nbf":1767139261})"), "it is not valid yet");
  EXPECT_EQ(with("{" + rest + R"("exp":1767139999,"nbf":1767139260})"), "none");
  EXPECT_EQ(with(R"({"aud":"turn","exp":1767139260})"), "iss is not the issuer");
  EXPECT_EQ(with(R"({"iss":"https://id.example.org.evil","aud":"turn","exp":1767139260})"),
            "iss is not the issuer");
  EXPECT_EQ(with(R"({"iss":"https://id.example.org","aud":"mail","exp":1767139260})"),
            "aud is not this service");
  EXPECT_EQ(with(R"({"iss":"https://id.example.org","aud":[1],"exp":1767139260})"),
            "aud is not this service");
  EXPECT_EQ(with(R"({"iss":"https://id.example.org","exp":1767139260})"),
            "aud is not this service");
  EXPECT_EQ(with("[]"), "the payload is no JSON object");
  EXPECT_EQ(with("{" + rest + R"("exp":1,"exp":1767139260})"), "the payload is no JSON object");
}

TEST(CheckToken, TheHeaderCannotChooseItsOwnRules) {
  const auto with = [](std::string_view header) { return refusal(token(header, kPayload)); };
  for (const char* algorithm : {"none", "None", "NONE", "", "HS384", "rs256", "RS256 "}) {
    EXPECT_THAT(with(R"({"alg":")" + std::string(algorithm) + R"("})"), HasSubstr("alg is not"))
        << algorithm;
  }
  EXPECT_THAT(with(R"({"alg":["RS256"]})"), HasSubstr("alg is not"));
  EXPECT_THAT(with("{}"), HasSubstr("alg is not"));
  // The key's kind decides, not the token's word: a public key is no shared secret.
  EXPECT_EQ(with(R"({"alg":"HS256","kid":"k1"})"), "no key made this signature");
  EXPECT_EQ(with(R"({"alg":"RS256","crit":["b64"],"b64":false})"), "it has critical extensions");
  EXPECT_EQ(with(R"({"alg":"RS256","typ":"dpop+jwt"})"), "typ is not JWT");
  EXPECT_EQ(with(R"({"alg":"RS256","kid":7})"), "kid is no text");
  EXPECT_EQ(with(R"({"alg":"RS256","alg":"none"})"), "the header is no JSON object");
}

TEST(CheckToken, WhatIsNoToken) {
  const std::string good = token(kHeader, kPayload);
  EXPECT_EQ(refusal(""), "it has not three parts");
  EXPECT_EQ(refusal("a.b"), "it has not three parts");
  EXPECT_EQ(refusal(good + ".x"), "it has not three parts");
  EXPECT_EQ(refusal(".."), "the header is no JSON object");
  EXPECT_EQ(refusal(good.substr(0, good.rfind('.') + 1)), "the signature is not base64url");
  EXPECT_EQ(refusal(good + "="), "the signature is not base64url");
  EXPECT_EQ(refusal("!" + good), "the header is not base64url");
  EXPECT_EQ(refusal(std::string(8193, 'a')), "it is too long");
  std::string changed = good;
  changed[changed.find('.') + 3] ^= 1;
  EXPECT_EQ(refusal(changed), "no key made this signature");
}

}  // namespace
}  // namespace turnpike::http
