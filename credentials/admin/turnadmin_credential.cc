#include "credentials/admin/turnadmin_credential.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <charconv>
#include <ctime>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include "credentials/admin/turnadmin_database.h"
#include "credentials/core/mint.h"
#include "credentials/core/timed_name.h"
#include "credentials/store/records.h"
#include "http/core/json.h"
#include "relay/crypto/openssl_digests.h"

namespace turnpike::admin {
namespace {

using Text = Result<std::string, std::string>;

constexpr char kSeparator = ':';
constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kMaxLifetime = 10 * 366 * kDay;

struct Source {
  std::unique_ptr<credentials::Store> store;  // null: secrets of a file, and no database
  std::vector<Secret> secrets;
};

Result<std::vector<Secret>, std::string> read_secret_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) return fail("--secret-file: '" + path + "' cannot be read");
  std::vector<Secret> secrets;
  for (std::string text; std::getline(file, text);) {
    if (!text.empty()) secrets.emplace_back(text);
  }
  if (secrets.empty()) return fail("--secret-file: '" + path + "' has no secret in it");
  return secrets;
}

Result<Source, std::string> open_source(const Line& line) {
  Source source;
  const bool from_file = line.has(Option::kSecretFile);
  if (!from_file || names_database(line)) {
    auto store = open_database(line);
    if (!store) return fail(store.error());
    source.store = *std::move(store);
  }
  if (from_file) {
    auto secrets = read_secret_file(std::string(line.value(Option::kSecretFile)));
    if (!secrets) return fail(secrets.error());
    source.secrets = *std::move(secrets);
    return source;
  }
  const std::string_view realm = line.value(Option::kRealm);
  if (realm.empty()) return fail(std::string("the realm of the secrets must be set, with -r"));
  auto rows = credentials::list_secrets(*source.store, realm);
  if (!rows) return fail(rows.error().text);
  for (auto& row : *rows) source.secrets.push_back(std::move(row.value));
  if (source.secrets.empty()) {
    return fail("the realm '" + std::string(realm) + "' has no shared secret, add one with -s");
  }
  return source;
}

Result<std::int64_t, std::string> lifetime_of(const Line& line) {
  if (!line.has(Option::kLifetime)) return kDay;
  const std::string_view text = line.value(Option::kLifetime);
  std::int64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size() || value < 1 ||
      value > kMaxLifetime) {
    return fail("--lifetime: '" + std::string(text) + "' is no number of seconds from 1 to " +
                std::to_string(kMaxLifetime));
  }
  return value;
}

std::int64_t now_s() {
  return static_cast<std::int64_t>(std::time(nullptr));
}

bool is_signed(const std::vector<Secret>& secrets, std::string_view username,
               std::string_view password) {
  const crypto::OpensslDigests digests;
  bool good = false;
  for (const Secret& secret : secrets) {
    for (const auto hash : {credentials::RestHash::kSha1, credentials::RestHash::kSha256}) {
      const Secret wanted = credentials::rest_password(digests, secret, username, hash);
      good |= equal_constant_time(wanted.reveal_bytes(), as_bytes(password));
    }
  }
  return good;
}

}  // namespace

Text mint_credential(const Line& line) {
  const auto lifetime = lifetime_of(line);
  if (!lifetime) return fail(lifetime.error());
  auto source = open_source(line);
  if (!source) return fail(source.error());
  credentials::MintSettings settings;
  settings.secrets = std::move(source->secrets);
  settings.max_lifetime = seconds(std::max(*lifetime, kDay));
  if (line.has(Option::kSha256)) settings.hash = credentials::RestHash::kSha256;
  credentials::MintRequest request;
  request.user = line.value(Option::kUser);
  request.session = line.value(Option::kSession);
  request.lifetime = seconds(*lifetime);
  const std::int64_t now = now_s();
  const auto made =
      credentials::mint(crypto::OpensslDigests(), settings, request, WallTime{seconds(now)});
  if (!made) return fail(std::string(credentials::mint_failure_text(made.error())));
  if (source->store) {
    credentials::CredentialRecord record;
    record.username = made->username;
    record.user = request.user;
    record.session = request.session;
    record.caller = "turnadmin";
    record.issued_s = now;
    record.expires_s = made->expires_s;
    const auto put =
        source->store->put(credentials::Table::kCredential, credentials::to_row(record));
    if (!put) return fail(put.error().text);
  }
  if (line.has(Option::kJson)) {
    return http::to_json(boost::json::object{{"username", made->username},
                                             {"password", made->password.reveal()},
                                             {"expires", made->expires_s}}) +
           "\n";
  }
  return "username: " + made->username + "\npassword: " + std::string(made->password.reveal()) +
         "\nexpires: " + std::to_string(made->expires_s) + "\n";
}

Result<std::string_view, std::string> verify_credential(const Line& line) {
  const auto source = open_source(line);
  if (!source) return fail(source.error());
  const std::string_view username = line.value(Option::kUser);
  const auto name = credentials::parse_timed_name(username, kSeparator);
  if (!name || !is_signed(source->secrets, username, line.value(Option::kPassword))) {
    return std::string_view("wrong");
  }
  const std::int64_t now = now_s();
  if (source->store) {
    const auto rules = credentials::list_revocations(*source->store);
    if (!rules) return fail(rules.error().text);
    for (const auto& rule : *rules) {
      if (rule.until_s >= now && credentials::covers(rule, username, kSeparator)) {
        return std::string_view("revoked");
      }
    }
  }
  return name->expiry_s < now ? std::string_view("expired") : kValid;
}

Text revoke_credentials(const Line& line, credentials::Store& store) {
  const std::string kind_name(line.has(Option::kKind) ? line.value(Option::kKind) : "user");
  const auto kind = credentials::parse_revocation_kind(kind_name);
  if (!kind) {
    return fail("--kind: '" + kind_name + "' is none of user, credential, session, prefix");
  }
  const auto lifetime = lifetime_of(line);
  if (!lifetime) return fail(lifetime.error());
  credentials::Revocation rule;
  rule.kind = *kind;
  rule.value = line.value(Option::kValue);
  rule.at_s = now_s();
  rule.until_s = rule.at_s + *lifetime;
  rule.reason = line.value(Option::kReason);
  const auto name = credentials::parse_timed_name(rule.value, kSeparator);
  if (*kind == credentials::RevocationKind::kCredential && name && !line.has(Option::kLifetime)) {
    rule.until_s = name->expiry_s;
  }
  const auto rules = credentials::list_revocations(store);
  if (!rules) return fail(rules.error().text);
  for (const auto& other : *rules) {
    if (other.kind != rule.kind || other.value != rule.value) continue;
    rule.until_s = std::max(rule.until_s, other.until_s);
  }
  const auto put = store.put(credentials::Table::kRevocation, credentials::to_row(rule));
  if (!put) return fail(put.error().text);
  if (line.has(Option::kJson)) {
    return http::to_json(boost::json::object{{"until", rule.until_s}}) + "\n";
  }
  return "until: " + std::to_string(rule.until_s) + "\n";
}

}  // namespace turnpike::admin
