// The rows of a store as typed records, and the calls that programs make with them. The layout of
// the rows is known here and in tables.def; Coturn's meaning of them is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "credentials/core/revocation.h"
#include "credentials/store/store.h"

namespace turnpike::credentials {

/// A long-term user. `hmackey` is lower-case hex of MD5(name:realm:password), 32 digits; a 64-digit
/// one is SHA-256 of the same, for stores that only we read.
struct UserRecord {
  std::string realm;
  std::string name;
  Secret hmackey;
};

/// A shared secret ("TURN REST API"), taken literally; good for its realm only.
struct SecretRecord {
  std::string realm;
  Secret value;
};

/// Coturn's syntax of allowed-peer-ip and denied-peer-ip; an empty realm is the default realm.
struct PeerRangeRecord {
  std::string realm;
  std::string range;
};

/// An ORIGIN (scheme, host and port) and the realm that it belongs to.
struct OriginRecord {
  std::string origin;
  std::string realm;
};

/// `option` is max-bps, total-quota or user-quota.
struct RealmOptionRecord {
  std::string realm;
  std::string option;
  std::uint64_t value = 0;
};

/// RFC 7635 key; `ikm_key` is base64.
struct OauthKeyRecord {
  std::string kid;
  Secret ikm_key;
  std::int64_t timestamp_s = 0;
  std::int64_t lifetime_s = 0;
  std::string as_rs_alg;  // A256GCM or A128GCM
  std::string realm;
};

/// `password` is "$5$salt$hash" or plain, as Coturn reads it.
struct AdminRecord {
  std::string name;
  std::string realm;  // empty: of all realms
  Secret password;
};

/// A time-limited credential that was given out; without its password.
struct CredentialRecord {
  std::string username;
  std::string user;
  std::string session;
  std::string caller;  // the API key, token subject or certificate that asked for it
  std::string origin;
  std::string call_id;
  std::int64_t issued_s = 0;
  std::int64_t expires_s = 0;
};

/// `policy` is a JSON object; the credentials service gives it its meaning.
struct ApiKeyRecord {
  std::string id;
  std::string hash;
  std::string policy;
};

StoreResult<std::optional<UserRecord>> find_user(Store& store, std::string_view realm,
                                                 std::string_view name);
/// Without a realm: of all realms.
StoreResult<std::vector<UserRecord>> list_users(Store& store,
                                                std::optional<std::string_view> realm);
StoreResult<std::vector<SecretRecord>> list_secrets(Store& store,
                                                    std::optional<std::string_view> realm);
/// `table` is kAllowedPeer or kDeniedPeer.
StoreResult<std::vector<PeerRangeRecord>> list_peer_ranges(Store& store, Table table,
                                                           std::optional<std::string_view> realm);
StoreResult<std::vector<OriginRecord>> list_origins(Store& store,
                                                    std::optional<std::string_view> realm);
StoreResult<std::vector<RealmOptionRecord>> list_realm_options(
    Store& store, std::optional<std::string_view> realm);
StoreResult<std::vector<OauthKeyRecord>> list_oauth_keys(Store& store);
StoreResult<std::vector<AdminRecord>> list_admins(Store& store);
StoreResult<std::vector<Revocation>> list_revocations(Store& store);
StoreResult<std::vector<CredentialRecord>> list_credentials(Store& store, const Match& match,
                                                            std::size_t limit);
StoreResult<std::vector<ApiKeyRecord>> list_api_keys(Store& store);

Row to_row(const UserRecord& record);
Row to_row(const SecretRecord& record);
Row to_row(const PeerRangeRecord& record);
Row to_row(const OriginRecord& record);
Row to_row(const RealmOptionRecord& record);
Row to_row(const OauthKeyRecord& record);
Row to_row(const AdminRecord& record);
Row to_row(const Revocation& record);
Row to_row(const CredentialRecord& record);
Row to_row(const ApiKeyRecord& record);

// Columns that callers match by.
inline constexpr std::size_t kUserRealm = 0, kUserName = 1;
inline constexpr std::size_t kSecretRealm = 0, kSecretValue = 1;
inline constexpr std::size_t kPeerRealm = 0, kPeerRange = 1;
inline constexpr std::size_t kOriginName = 0, kOriginRealm = 1;
inline constexpr std::size_t kOptionRealm = 0, kOptionName = 1;
inline constexpr std::size_t kOauthKid = 0;
inline constexpr std::size_t kAdminName = 0;
inline constexpr std::size_t kRevocationKind = 0, kRevocationValue = 1, kRevocationUntil = 2;
inline constexpr std::size_t kCredentialUsername = 0, kCredentialUser = 1, kCredentialSession = 2,
                             kCredentialCaller = 3, kCredentialExpires = 7;
inline constexpr std::size_t kApiKeyId = 0;

}  // namespace turnpike::credentials
