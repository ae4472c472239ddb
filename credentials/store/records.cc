#include "credentials/store/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace turnpike::credentials {
namespace {

template <class Number>
Number number(const std::string& text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

UserRecord user_of(Row& row) {
  return {row[0], row[1], Secret(std::move(row[2]))};
}
SecretRecord secret_of(Row& row) {
  return {row[0], Secret(std::move(row[1]))};
}
PeerRangeRecord range_of(Row& row) {
  return {row[0], row[1]};
}
OriginRecord origin_of(Row& row) {
  return {row[0], row[1]};
}
RealmOptionRecord option_of(Row& row) {
  return {row[0], row[1], number<std::uint64_t>(row[2])};
}
AdminRecord admin_of(Row& row) {
  return {row[0], row[1], Secret(std::move(row[2]))};
}
ApiKeyRecord api_key_of(Row& row) {
  return {row[0], row[1], row[2]};
}

OauthKeyRecord oauth_key_of(Row& row) {
  return {.kid = row[0],
          .ikm_key = Secret(std::move(row[1])),
          .timestamp_s = number<std::int64_t>(row[2]),
          .lifetime_s = number<std::int64_t>(row[3]),
          .as_rs_alg = row[4],
          .realm = row[5]};
}

CredentialRecord credential_of(Row& row) {
  return {.username = row[0],
          .user = row[1],
          .session = row[2],
          .caller = row[3],
          .origin = row[4],
          .call_id = row[5],
          .issued_s = number<std::int64_t>(row[6]),
          .expires_s = number<std::int64_t>(row[7])};
}

Match realm_match(std::size_t column, std::optional<std::string_view> realm) {
  if (!realm) return {};
  return {{column, std::string(*realm)}};
}

template <class Make>
auto read(Store& store, Table table, const Match& match, Make make,
          std::size_t limit = Store::kMaxRows)
    -> StoreResult<std::vector<decltype(make(std::declval<Row&>()))>> {
  auto rows = store.select(table, match, limit);
  if (!rows) return fail(rows.error());
  std::vector<decltype(make(std::declval<Row&>()))> records;
  records.reserve(rows->size());
  for (Row& row : *rows) {
    if (row.size() != shape_of(table).columns.size()) {
      return fail(StoreError{StoreFailure::kBadData,
                             fmt::format("{}: a row with {} columns came from the {} store",
                                         shape_of(table).name, row.size(), store.name())});
    }
    records.push_back(make(row));
  }
  return records;
}

}  // namespace

StoreResult<std::optional<UserRecord>> find_user(Store& store, std::string_view realm,
                                                 std::string_view name) {
  auto users = read(store, Table::kUser,
                    {{kUserRealm, std::string(realm)}, {kUserName, std::string(name)}}, user_of, 1);
  if (!users) return fail(users.error());
  if (users->empty()) return std::nullopt;
  return std::move(users->front());
}

StoreResult<std::vector<UserRecord>> list_users(Store& store,
                                                std::optional<std::string_view> realm) {
  return read(store, Table::kUser, realm_match(kUserRealm, realm), user_of);
}

StoreResult<std::vector<SecretRecord>> list_secrets(Store& store,
                                                    std::optional<std::string_view> realm) {
  return read(store, Table::kSecret, realm_match(kSecretRealm, realm), secret_of);
}

StoreResult<std::vector<PeerRangeRecord>> list_peer_ranges(Store& store, Table table,
                                                           std::optional<std::string_view> realm) {
  return read(store, table, realm_match(kPeerRealm, realm), range_of);
}

StoreResult<std::vector<OriginRecord>> list_origins(Store& store,
                                                    std::optional<std::string_view> realm) {
  return read(store, Table::kOrigin, realm_match(kOriginRealm, realm), origin_of);
}

StoreResult<std::vector<RealmOptionRecord>> list_realm_options(
    Store& store, std::optional<std::string_view> realm) {
  return read(store, Table::kRealmOption, realm_match(kOptionRealm, realm), option_of);
}

StoreResult<std::vector<OauthKeyRecord>> list_oauth_keys(Store& store) {
  return read(store, Table::kOauthKey, {}, oauth_key_of);
}

StoreResult<std::vector<AdminRecord>> list_admins(Store& store) {
  return read(store, Table::kAdmin, {}, admin_of);
}

StoreResult<std::vector<Revocation>> list_revocations(Store& store) {
  auto rows = store.select(Table::kRevocation, {});
  if (!rows) return fail(rows.error());
  std::vector<Revocation> rules;
  for (const Row& row : *rows) {
    const auto kind = row.size() == 5 ? parse_revocation_kind(row[0]) : std::nullopt;
    if (!kind) {
      return fail(StoreError{StoreFailure::kBadData,
                             "turnpike_revocation: a row of an unknown kind; remove it, or update "
                             "this program"});
    }
    rules.push_back(
        {*kind, row[1], number<std::int64_t>(row[2]), number<std::int64_t>(row[3]), row[4]});
  }
  return rules;
}

StoreResult<std::vector<CredentialRecord>> list_credentials(Store& store, const Match& match,
                                                            std::size_t limit) {
  return read(store, Table::kCredential, match, credential_of, limit);
}

StoreResult<std::vector<ApiKeyRecord>> list_api_keys(Store& store) {
  return read(store, Table::kApiKey, {}, api_key_of);
}

Row to_row(const UserRecord& record) {
  return {record.realm, record.name, std::string(record.hmackey.reveal())};
}
Row to_row(const SecretRecord& record) {
  return {record.realm, std::string(record.value.reveal())};
}
Row to_row(const PeerRangeRecord& record) {
  return {record.realm, record.range};
}
Row to_row(const OriginRecord& record) {
  return {record.origin, record.realm};
}
Row to_row(const RealmOptionRecord& record) {
  return {record.realm, record.option, fmt::format("{}", record.value)};
}
Row to_row(const OauthKeyRecord& record) {
  return {record.kid,
          std::string(record.ikm_key.reveal()),
          fmt::format("{}", record.timestamp_s),
          fmt::format("{}", record.lifetime_s),
          record.as_rs_alg,
          record.realm};
}
Row to_row(const AdminRecord& record) {
  return {record.name, record.realm, std::string(record.password.reveal())};
}
Row to_row(const Revocation& record) {
  return {std::string(revocation_kind_name(record.kind)), record.value,
          fmt::format("{}", record.until_s), fmt::format("{}", record.at_s), record.reason};
}
Row to_row(const CredentialRecord& record) {
  return {record.username,
          record.user,
          record.session,
          record.caller,
          record.origin,
          record.call_id,
          fmt::format("{}", record.issued_s),
          fmt::format("{}", record.expires_s)};
}
Row to_row(const ApiKeyRecord& record) {
  return {record.id, record.hash, record.policy};
}

}  // namespace turnpike::credentials
