#include "service/jwk_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <optional>

#include "base/base64.h"
#include "http/core/json.h"

namespace turnpike::service {
namespace {

namespace json = boost::json;
using crypto::SignatureAlgorithm;
using crypto::SignatureKey;
using Failed = std::string;

constexpr http::JsonLimits kLimits{.bytes = 1 << 20, .depth = 8};

SignatureAlgorithm to_signature(http::TokenAlgorithm algorithm) {
  switch (algorithm) {
    case http::TokenAlgorithm::kHs256:
      return SignatureAlgorithm::kHs256;
    case http::TokenAlgorithm::kRs256:
      return SignatureAlgorithm::kRs256;
    case http::TokenAlgorithm::kEs256:
      break;
  }
  return SignatureAlgorithm::kEs256;
}

/// Text of a member, or nothing; one of another type is nothing too.
std::string text(const json::object& object, std::string_view name) {
  const auto value = http::text_member(object, name);
  return value && *value ? **value : std::string();
}

Result<std::vector<std::uint8_t>, Failed> number(const json::object& jwk, std::string_view name) {
  auto bytes = base64url_decode(text(jwk, name));
  if (!bytes || bytes->empty()) return fail(fmt::format("{} is no base64url", name));
  return *std::move(bytes);
}

bool is_for_verifying(const json::object& jwk) {
  if (jwk.contains("use") && text(jwk, "use") != "sig") return false;
  const json::value* const uses = jwk.if_contains("key_ops");
  if (uses == nullptr) return true;
  const json::array* const list = uses->if_array();
  return list != nullptr && std::any_of(list->begin(), list->end(), [](const json::value& one) {
           return one.is_string() && one.as_string() == "verify";
         });
}

/// The algorithm that the key is for, when it is one of ours.
std::optional<SignatureAlgorithm> algorithm_of(const json::object& jwk, bool shared) {
  const std::string type = text(jwk, "kty");
  const std::string algorithm = text(jwk, "alg");
  const auto fits = [&](std::string_view name) {
    return !jwk.contains("alg") || algorithm == name;
  };
  if (type == "RSA" && fits("RS256")) return SignatureAlgorithm::kRs256;
  if (type == "EC" && text(jwk, "crv") == "P-256" && fits("ES256")) {
    return SignatureAlgorithm::kEs256;
  }
  if (type == "oct" && shared && fits("HS256")) return SignatureAlgorithm::kHs256;
  return std::nullopt;
}

Result<SignatureKey, Failed> read_key(const json::object& jwk, SignatureAlgorithm algorithm) {
  const bool rsa = algorithm == SignatureAlgorithm::kRs256;
  const auto first = number(jwk, rsa ? "n" : algorithm == SignatureAlgorithm::kEs256 ? "x" : "k");
  if (!first) return fail(first.error());
  if (algorithm == SignatureAlgorithm::kHs256) return SignatureKey::hmac(*first);
  const auto second = number(jwk, rsa ? "e" : "y");
  if (!second) return fail(second.error());
  return rsa ? SignatureKey::rsa(*first, *second) : SignatureKey::p256(*first, *second);
}

}  // namespace

Result<std::shared_ptr<const JwkSet>, std::string> JwkSet::parse(std::string_view text_of_set,
                                                                 bool shared) {
  const auto object = http::parse_json_object(text_of_set, kLimits);
  if (!object) return fail("is no JWK set: " + object.error());
  const json::value* const member = object->if_contains("keys");
  if (member == nullptr || !member->is_array()) return fail(Failed("is no JWK set: no keys in it"));
  std::shared_ptr<JwkSet> set(new JwkSet());
  for (const json::value& one : member->get_array()) {
    const json::object* const jwk = one.if_object();
    if (jwk == nullptr || !is_for_verifying(*jwk)) continue;
    const auto algorithm = algorithm_of(*jwk, shared);
    if (!algorithm) continue;
    auto key = read_key(*jwk, *algorithm);
    if (!key) return fail(fmt::format("key {}: {}", set->keys_.size() + 1, key.error()));
    if (set->keys_.size() == kMaxKeys) return fail(Failed("has more than 32 keys"));
    set->keys_.push_back({text(*jwk, "kid"), *std::move(key)});
  }
  if (set->keys_.empty()) {
    return fail(Failed("has no key for RS256, ES256 or, in a file, HS256"));
  }
  return std::shared_ptr<const JwkSet>(std::move(set));
}

bool JwkSet::verify(http::TokenAlgorithm algorithm, std::string_view key_id, Bytes message,
                    Bytes signature) const {
  bool known = false;
  for (const Key& key : keys_) {
    if (!key_id.empty() && !key.id.empty() && key.id != key_id) continue;
    known = true;
    if (key.key.algorithm() != to_signature(algorithm)) continue;
    if (key.key.verify(message, signature)) return true;
  }
  if (!known) missed_.store(true, std::memory_order_relaxed);
  return false;
}

}  // namespace turnpike::service
