// Who may use the relay: turns a user name into the keys that a request may be signed with. Knows
// accounts
// (`user=name:password`, `user=name:0xKEY`) and shared secrets (`use-auth-secret`, "TURN REST API":
// expiry:user). Pure; the relay, the credentials service and the tools share it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/digests.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace turnpike::credentials {

/// RFC 8489 section 18.5.
enum class PasswordAlgorithm : std::uint16_t { kMd5 = 1, kSha256 = 2 };

/// MD5(user:realm:password) or SHA-256 of the same; see RFC 8489 section 9.2.2.
struct LongTermKey {
  std::array<std::uint8_t, 32> bytes{};
  std::uint8_t size = 0;
  Bytes view() const { return {bytes.data(), size}; }
};

LongTermKey long_term_key(const Digests& digests, PasswordAlgorithm algorithm,
                          std::string_view user, std::string_view realm, std::string_view password);

/// base64(HMAC-SHA1(secret, username)): the password that belongs to a time-limited user name.
Secret rest_password(const Digests& digests, const Secret& secret, std::string_view username);

struct Account {
  std::string name;
  Secret password;             // empty when only the key is known
  std::optional<Md5> md5_key;  // `0xKEY`
};

struct AuthenticatorSettings {
  bool accounts_enabled = false;        // `lt-cred-mech`
  bool shared_secrets_enabled = false;  // `use-auth-secret`
  std::vector<Account> accounts;
  std::vector<Secret> shared_secrets;
  char separator = ':';  // `rest-api-separator`, the first character only
  std::string realm;
};

/// Why no key was found, or why none of them fitted. Told in the log, never to the client.
enum class Refusal : std::uint8_t {
  kUnknownUser,            // neither an account nor of the form expiry:user
  kExpired,                // the time in the user name has passed
  kMillisecondTimestamp,   // the time in the user name is in milliseconds; it must be seconds
  kNoTimestamp,            // shared secrets only, and the user name holds no time
  kWrongPassword,          // a key is known and the integrity does not fit it
  kAlgorithmNotAvailable,  // only an MD5 key is stored and the request uses SHA-256
};

/// The parts of a time-limited user name (coturn-surface section 7): "expiry:user", "user:expiry",
/// "expiry" or ":expiry"... only the first separator splits.
struct TimedName {
  std::int64_t expiry_s = 0;  // seconds since the epoch
  std::string_view user;      // may be empty
};
std::optional<TimedName> parse_timed_name(std::string_view username, char separator);

struct Identity {
  LongTermKey key;              // the one that fitted: replies are signed with it
  std::string_view quota_user;  // part of the username that user-quota counts: without the time
  std::optional<std::int64_t> expiry_s;  // shared-secret credentials only
};

class Authenticator {
 public:
  explicit Authenticator(AuthenticatorSettings settings);

  /// Tries each key that `username` may have, accounts first, until `fits(key)` says yes. `fits`
  /// compares in constant time. The returned quota_user points into `username`.
  Result<Identity, Refusal> authenticate(const Digests& digests, std::string_view username,
                                         PasswordAlgorithm algorithm, WallTime now,
                                         const std::function<bool(Bytes key)>& fits) const;

  /// Seconds that have passed since the credential's expiry; for the log line of Refusal::kExpired.
  std::int64_t seconds_expired(std::string_view username, WallTime now) const;

 private:
  AuthenticatorSettings settings_;
};

}  // namespace turnpike::credentials
