// JSON Web Tokens whose signature is good, so that the claims are reached: what is taken is of the
// issuer and for the audience, and holds now. The same token with no key is never taken.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "http/core/json.h"
#include "http/core/json_web_token.h"

namespace turnpike::http {
namespace {

class AnyKey final : public TokenKeys {
 public:
  bool verify(TokenAlgorithm, std::string_view, Bytes message, Bytes signature) const override {
    CHECK(!message.empty() && !signature.empty());
    return true;
  }
};

class NoKey final : public TokenKeys {
 public:
  bool verify(TokenAlgorithm, std::string_view, Bytes, Bytes) const override { return false; }
};

void check(std::string_view text) {
  constexpr std::int64_t kNow = 1767139200;
  const TokenRules rules{.issuer = "https://id.example.org", .audience = "turn"};
  const WallTime now{seconds(kNow)};
  CHECK(!check_token(text, NoKey(), rules, now));
  const auto claims = check_token(text, AnyKey(), rules, now);
  if (!claims) {
    CHECK(!claims.error().empty());
    return;
  }
  CHECK(text.size() <= kMaxTokenBytes && has_token_form(text));
  CHECK(claims->at("iss").as_string() == rules.issuer);
  const auto& expires = claims->at("exp");
  CHECK(expires.to_number<double>() > static_cast<double>(kNow - 61));
  if (const auto* begins = claims->if_contains("nbf")) {
    CHECK(begins->to_number<double>() < static_cast<double>(kNow + 61));
  }
  CHECK(to_json(claims->at("aud")).find("\"turn\"") != std::string::npos);
}

}  // namespace
}  // namespace turnpike::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  turnpike::http::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
