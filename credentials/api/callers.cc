#include "credentials/api/callers.h"

#include <algorithm>

#include "http/core/authorization.h"

namespace turnpike::credentials::api {
namespace {

Failure unauthorized() {
  return {.status = 401, .detail = "no valid API key, token or certificate"};
}

/// Takes the same time for an id that nobody has.
std::optional<Caller> check_key(std::string_view id, std::string_view secret, World& world) {
  const auto key = world.find_key(id);
  const Sha256 hash = world.digests().sha256({as_bytes(secret)});
  const Sha256 expected = key ? key->secret_hash : Sha256{};
  const bool same = equal_constant_time(hash, expected);
  if (!key || !same) return std::nullopt;
  return key->caller;
}

std::optional<Caller> check_key_text(std::string_view text, World& world) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return check_key(text.substr(0, dot), text.substr(dot + 1), world);
}

}  // namespace

Result<Caller, Failure> find_caller(const http::Request& request, const Parameters& parameters,
                                    World& world) {
  const auto known = [](std::optional<Caller> caller) -> Result<Caller, Failure> {
    if (!caller) return fail(unauthorized());
    return std::move(*caller);
  };
  if (!request.certificate_subject.empty()) {
    if (auto caller = world.find_certificate(request.certificate_subject)) return *caller;
  }
  if (const std::string_view header = request.headers.find("Authorization"); !header.empty()) {
    if (const auto token = http::parse_bearer(header)) return known(check_key_text(*token, world));
    if (const auto basic = http::parse_basic(header)) {
      return known(check_key(basic->user, basic->password.reveal(), world));
    }
    return fail(unauthorized());
  }
  if (const std::string_view key = request.headers.find("X-Api-Key"); !key.empty()) {
    return known(check_key_text(key, world));
  }
  if (const auto key = parameters.find({"key", "apiKey", "api", "secretKey"})) {
    return known(check_key_text(*key, world));
  }
  const auto ident = parameters.find({"ident"});
  const auto secret = parameters.find({"secret"});
  if (ident && secret) return known(check_key(*ident, *secret, world));
  return fail(unauthorized());
}

bool fits_pattern(std::string_view pattern, std::string_view text) {
  // The last "*" seen, and where the text was then: one level of going back is enough.
  std::size_t p = 0, t = 0, star = std::string_view::npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<void, Failure> check_policy(const CallerPolicy& policy, std::string_view origin,
                                   std::string_view user) {
  const auto& origins = policy.origins;
  if (!origins.empty() && std::none_of(origins.begin(), origins.end(),
                                       [origin](const auto& one) { return one.matches(origin); })) {
    return fail(Failure{.status = 403, .detail = "this key is not for pages of that origin"});
  }
  const auto& users = policy.users;
  if (!users.empty() && std::none_of(users.begin(), users.end(), [user](const auto& pattern) {
        return fits_pattern(pattern, user);
      })) {
    return fail(Failure{.status = 403, .detail = "this key is not for that user"});
  }
  return {};
}

}  // namespace turnpike::credentials::api
