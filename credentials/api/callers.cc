#include "credentials/api/callers.h"

#include <fmt/format.h>

#include "http/core/authorization.h"
#include "http/core/json.h"

namespace turnpike::credentials::api {
namespace {

namespace json = boost::json;
using Kind = Presented::Kind;

constexpr std::size_t kMaxIdentityBytes = 200;

Presented read_key(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return {.kind = Kind::kUnreadable};
  return {.kind = Kind::kKey,
          .id = std::string(text.substr(0, dot)),
          .secret = Secret(std::string(text.substr(dot + 1)))};
}

Presented read_authorization(std::string_view header, std::string_view path_key) {
  if (const auto token = http::parse_bearer(header)) {
    if (http::has_token_form(*token)) {
      return {.kind = Kind::kToken, .secret = Secret(std::string(*token))};
    }
    if (!path_key.empty() && token->find('.') == std::string_view::npos) {
      return {
          .kind = Kind::kKey, .id = std::string(path_key), .secret = Secret(std::string(*token))};
    }
    return read_key(*token);
  }
  if (auto basic = http::parse_basic(header)) {
    return {.kind = Kind::kKey, .id = basic->user, .secret = std::move(basic->password)};
  }
  return {.kind = Kind::kUnreadable};
}

/// Takes the same time for an id that nobody has.
Result<Caller, std::string> check_key(std::string_view id, std::string_view secret, World& world) {
  const auto key = world.find_key(id);
  const Sha256 hash = world.digests().sha256({as_bytes(secret)});
  const Sha256 expected = key ? key->secret_hash : Sha256{};
  const bool same = equal_constant_time(hash, expected);
  if (!key) return fail(std::string("no key has this id"));
  if (!same) return fail(fmt::format("wrong secret for the key {}", key->caller.name));
  return key->caller;
}

Result<CallerPolicy, std::string> policy_of(const json::object& claims, const TokenSettings& tokens,
                                            World& world) {
  const json::value* const claim = claims.if_contains(tokens.policy_claim);
  if (claim == nullptr) return CallerPolicy{};
  if (const auto* name = claim->if_string()) {
    const auto policy = world.find_policy(*name);
    if (!policy) return fail(std::string("token: its policy is no entry of api_keys"));
    return *policy;
  }
  const auto* const object = claim->if_object();
  if (object == nullptr) return fail(std::string("token: its policy is no object and no text"));
  auto policy = parse_policy(*object);
  if (!policy) return fail("token: " + policy.error());
  return policy;
}

/// Who it is stands in the token; a policy that names users lets it ask for those as well.
Result<Caller, std::string> check_bearer(std::string_view token, const TokenSettings& tokens,
                                         World& world) {
  const auto claims = world.check_token(token, tokens.rules);
  if (!claims) return fail("token: " + claims.error());
  const auto identity = http::text_member(*claims, tokens.identity_claim);
  if (!identity || !*identity || (**identity).empty() || (**identity).size() > kMaxIdentityBytes) {
    return fail("token: no good claim " + tokens.identity_claim);
  }
  auto policy = policy_of(*claims, tokens, world);
  if (!policy) return fail(policy.error());
  if (policy->identity.empty() && policy->users.empty()) policy->identity = **identity;
  return Caller{"token:" + **identity, *std::move(policy)};
}

}  // namespace

Presented find_presented(const http::Request& request, const Parameters& parameters,
                         std::string_view path_key) {
  if (const std::string_view header = request.headers.find("Authorization"); !header.empty()) {
    return read_authorization(header, path_key);
  }
  if (const std::string_view key = request.headers.find("X-Api-Key"); !key.empty()) {
    return read_key(key);
  }
  if (const auto key = parameters.find({"key", "apiKey", "api", "secretKey"})) {
    return read_key(*key);
  }
  auto ident = parameters.find({"ident"});
  auto secret = parameters.find({"secret"});
  if (!ident || !secret) return {};
  return {.kind = Kind::kKey, .id = *std::move(ident), .secret = Secret(*std::move(secret))};
}

Result<Caller, std::string> check_presented(const Presented& presented, const TokenSettings& tokens,
                                            World& world) {
  switch (presented.kind) {
    case Kind::kKey:
      return check_key(presented.id, presented.secret.reveal(), world);
    case Kind::kToken:
      return check_bearer(presented.secret.reveal(), tokens, world);
    case Kind::kNothing:
    case Kind::kUnreadable:
      break;
  }
  return fail(std::string("no key of a known form"));
}

}  // namespace turnpike::credentials::api
