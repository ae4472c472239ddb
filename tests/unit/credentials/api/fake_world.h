// A world for the API's tests: everything in memory, the clock stands still.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/base64.h"
#include "credentials/api/api.h"
#include "http/core/json.h"
#include "relay/crypto/openssl_digests.h"

namespace turnpike::credentials::api {

inline constexpr std::int64_t kNow = 1767139200;  // 2025-12-31T00:00:00Z

class FakeWorld final : public World {
 public:
  FakeWorld() {
    add_key("page", "page-secret", {});
    CallerPolicy manager;
    manager.may_manage = true;
    add_key("boss", "boss-secret", manager);
  }

  void add_key(const std::string& id, std::string_view secret, CallerPolicy policy) {
    keys[id] = {digests_.sha256({as_bytes(secret)}), {id, std::move(policy)}};
  }

  Now now() override { return {MonotonicTime(seconds(1000) + passed), WallTime(seconds(kNow))}; }
  const Digests& digests() override { return digests_; }
  std::optional<ApiKey> find_key(std::string_view id) override {
    const auto at = keys.find(id);
    return at == keys.end() ? std::nullopt : std::optional(at->second);
  }
  Rng& rng() override { return rng_; }
  WeekTime local_time(WallTime) override { return week_time; }
  std::optional<CallerPolicy> find_policy(std::string_view id) override {
    const auto key = find_key(id);
    return key ? std::optional(key->caller.policy) : std::nullopt;
  }
  Result<boost::json::object, std::string> check_token(std::string_view token,
                                                       const http::TokenRules& wanted) override {
    if (tokens == nullptr) return fail(std::string("none are taken here"));
    return http::check_token(token, *tokens, wanted, now().wall);
  }
  Result<std::vector<StoredKey>, Unavailable> stored_keys() override {
    if (store_away) return fail(Unavailable{"the store is away"});
    return stored;
  }
  Result<bool, Unavailable> add_key(const StoredKey& key) override {
    if (store_away) return fail(Unavailable{"the store is away"});
    if (keys.contains(key.id)) return false;
    stored.push_back(key);
    keys[key.id] = {key.secret_hash, {key.id, *parse_policy(*http::parse_json_object(key.policy))}};
    return true;
  }
  Result<bool, Unavailable> remove_key(std::string_view id) override {
    if (store_away) return fail(Unavailable{"the store is away"});
    if (std::erase_if(stored, [id](const StoredKey& key) { return key.id == id; }) == 0) {
      return false;
    }
    keys.erase(std::string(id));
    return true;
  }
  std::optional<Caller> find_certificate(std::string_view subject) override {
    if (subject != "CN=backend") return std::nullopt;
    return Caller{"backend", {}};
  }
  bool is_relay_usable(std::size_t index) override { return !down.contains(index); }
  Result<void, Unavailable> record(const Issued& one) override {
    if (store_away) return fail(Unavailable{"the store is away"});
    records.push_back(one);
    return {};
  }
  Result<std::vector<Issued>, Unavailable> issued(const IssuedFilter& filter) override {
    if (store_away) return fail(Unavailable{"the store is away"});
    std::vector<Issued> found;
    for (const Issued& one : records) {
      if (filter.username && one.username != *filter.username) continue;
      if (filter.user && one.user != *filter.user) continue;
      if (filter.session && one.session != *filter.session) continue;
      found.push_back(one);
    }
    return found;
  }
  Result<void, Unavailable> revoke(const std::vector<Revocation>& more) override {
    if (store_away) return fail(Unavailable{"the store is away"});
    for (const Revocation& rule : more) rules.add(rule);
    return {};
  }
  Result<bool, Unavailable> lift(RevocationKind kind, std::string_view value) override {
    return rules.remove(kind, value);
  }
  std::vector<Revocation> revocations() override { return rules.rules(); }
  std::optional<Revocation> revocation_of(std::string_view username) override {
    const Revocation* rule = rules.find(username, kNow);
    return rule == nullptr ? std::nullopt : std::optional(*rule);
  }
  Result<std::optional<Export>, Unavailable> read_export(ExportKind kind, std::uint64_t after,
                                                         std::size_t lines) override {
    if (store_away) return fail(Unavailable{"the store is away"});
    if (kind == ExportKind::kAccountingCsv) return std::optional<Export>();
    return std::optional(Export{fmt::format("{{\"after\":{},\"lines\":{}}}\n", after, lines), 77});
  }
  void audit(const AuditEvent& event) override { events.push_back(event); }

  std::map<std::string, ApiKey, std::less<>> keys;
  std::set<std::size_t> down;
  bool store_away = false;
  std::vector<Issued> records;
  RevocationSet rules;
  std::vector<AuditEvent> events;
  Duration passed{};
  WeekTime week_time{2, 12 * 60};
  std::vector<StoredKey> stored;
  const http::TokenKeys* tokens = nullptr;

 private:
  crypto::OpensslDigests digests_;
  SeededRng rng_{7};
};

inline ApiSettings test_settings() {
  ApiSettings settings;
  settings.relays = {{.host = "turn.example.org", .region = "eu"},
                     {.host = "2001:db8::1", .region = "us", .tls = false}};
  settings.mint.secrets = {Secret("north")};
  return settings;
}

/// A request as it comes behind the entry paths.
struct Ask {
  http::Method method = http::Method::kGet;
  std::string path;
  std::string query{};
  std::string body{};
  std::string content_type{};
  std::string authorization = "Bearer page.page-secret";
  http::TrustLevel trust = http::TrustLevel::kPublic;
  std::string origin{};
};

inline http::Request make_request(const Ask& ask) {
  http::Request request;
  request.method = ask.method;
  request.path = ask.path;
  request.query = ask.query;
  request.body = ask.body;
  request.trust = ask.trust;
  request.client = *Endpoint::parse("192.0.2.7:1234");
  if (!ask.content_type.empty()) request.headers.add("Content-Type", ask.content_type);
  if (!ask.authorization.empty()) request.headers.add("Authorization", ask.authorization);
  if (!ask.origin.empty()) request.headers.add("Origin", ask.origin);
  return request;
}

/// Takes every signature; what is wrong with real ones is for jwk_set_test.cc.
class AnyKey final : public http::TokenKeys {
 public:
  bool verify(http::TokenAlgorithm, std::string_view, Bytes, Bytes) const override { return true; }
};

inline std::string token(const std::string& more) {
  const std::string claims = R"({"iss":"https://id.example.org","aud":"turn","exp":1767139260)";
  return base64url_encode(as_bytes(R"({"alg":"RS256"})")) + "." +
         base64url_encode(as_bytes(claims + more + "}")) + ".c2ln";
}

}  // namespace turnpike::credentials::api
