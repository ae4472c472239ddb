#include "http/core/json_web_token.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <optional>

#include "base/base64.h"
#include "http/core/json.h"

namespace turnpike::http {
namespace {

namespace json = boost::json;
using Failure = std::string;

constexpr JsonLimits kLimits{.bytes = kMaxTokenBytes, .depth = 8};

std::optional<TokenAlgorithm> parse_algorithm(std::string_view name) {
  if (name == "HS256") return TokenAlgorithm::kHs256;
  if (name == "RS256") return TokenAlgorithm::kRs256;
  if (name == "ES256") return TokenAlgorithm::kEs256;
  return std::nullopt;
}

Result<json::object, Failure> decode_object(std::string_view part, const char* which) {
  const auto bytes = base64url_decode(part);
  if (!bytes) return fail(Failure(which) + " is not base64url");
  auto object = parse_json_object(as_text(*bytes), kLimits);
  if (!object) return fail(Failure(which) + " is no JSON object");
  return object;
}

struct Header {
  TokenAlgorithm algorithm{};
  std::string key_id;
};

/// Keys and addresses of keys in a header (jwk, jku, x5c, x5u) are never looked at.
Result<Header, Failure> read_header(std::string_view part) {
  const auto object = decode_object(part, "the header");
  if (!object) return fail(object.error());
  const auto name = text_member(*object, "alg");
  const auto algorithm = name && *name ? parse_algorithm(**name) : std::nullopt;
  if (!algorithm) return fail(Failure("alg is not RS256, ES256 or HS256"));
  if (object->contains("crit")) return fail(Failure("it has critical extensions"));
  const auto type = text_member(*object, "typ");
  if (!type) return fail(Failure("typ is no text"));
  if (*type && **type != "JWT" && **type != "jwt" && **type != "at+jwt") {
    return fail(Failure("typ is not JWT"));
  }
  const auto key_id = text_member(*object, "kid");
  if (!key_id) return fail(Failure("kid is no text"));
  return Header{*algorithm, key_id->value_or("")};
}

/// RFC 7519 section 2, NumericDate: seconds, perhaps with a fraction, which is cut off.
Result<std::optional<std::int64_t>, Failure> read_date(const json::object& claims,
                                                       std::string_view name) {
  const json::value* const value = claims.if_contains(name);
  if (value == nullptr) return std::optional<std::int64_t>();
  constexpr double kMost = 1e15;
  if (const auto* whole = value->if_int64(); whole != nullptr && *whole <= std::int64_t{1} << 50) {
    return std::optional(*whole);
  }
  if (const auto* real = value->if_double(); real != nullptr && *real > -kMost && *real < kMost) {
    return std::optional(static_cast<std::int64_t>(*real));
  }
  return fail(Failure(name) + " is no time");
}

bool has_audience(const json::object& claims, const std::string& wanted) {
  const json::value* const audience = claims.if_contains("aud");
  if (audience == nullptr) return false;
  if (const auto* one = audience->if_string()) return *one == wanted;
  const auto* several = audience->if_array();
  return several != nullptr && std::any_of(several->begin(), several->end(), [&](const auto& one) {
           return one.is_string() && one.as_string() == wanted;
         });
}

Result<void, Failure> check_claims(const json::object& claims, const TokenRules& rules,
                                   WallTime now) {
  const std::int64_t now_s = unix_seconds(now);
  const std::int64_t leeway_s = rules.leeway.count();
  const auto expires = read_date(claims, "exp");
  if (!expires) return fail(expires.error());
  if (!*expires) return fail(Failure("exp is missing"));
  if (**expires + leeway_s <= now_s) return fail(Failure("it has expired"));
  const auto begins = read_date(claims, "nbf");
  if (!begins) return fail(begins.error());
  if (*begins && **begins - leeway_s > now_s) return fail(Failure("it is not valid yet"));
  const auto issuer = text_member(claims, "iss");
  if (!issuer || !*issuer || **issuer != rules.issuer) {
    return fail(Failure("iss is not the issuer"));
  }
  if (!has_audience(claims, rules.audience)) return fail(Failure("aud is not this service"));
  return {};
}

}  // namespace

bool has_token_form(std::string_view text) {
  return std::count(text.begin(), text.end(), '.') == 2;
}

Result<json::object, std::string> check_token(std::string_view text, const TokenKeys& keys,
                                              const TokenRules& rules, WallTime now) {
  if (text.size() > kMaxTokenBytes) return fail(Failure("it is too long"));
  if (!has_token_form(text)) return fail(Failure("it has not three parts"));
  const std::size_t second = text.rfind('.');
  const std::string_view signed_part = text.substr(0, second);
  const std::size_t first = signed_part.find('.');
  const auto header = read_header(signed_part.substr(0, first));
  if (!header) return fail(header.error());
  const auto signature = base64url_decode(text.substr(second + 1));
  if (!signature || signature->empty()) return fail(Failure("the signature is not base64url"));
  if (!keys.verify(header->algorithm, header->key_id, as_bytes(signed_part), *signature)) {
    return fail(Failure("no key made this signature"));
  }
  auto claims = decode_object(signed_part.substr(first + 1), "the payload");
  if (!claims) return fail(claims.error());
  if (const auto good = check_claims(*claims, rules, now); !good) return fail(good.error());
  return claims;
}

}  // namespace turnpike::http
