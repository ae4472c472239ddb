// Who may use the relay: turns a user name into the keys that a request may be signed with. Knows
// accounts (`user=name:password`, `user=name:0xKEY`) and shared secrets (`use-auth-secret`, "TURN
// REST API": expiry:user). Pure; the relay, the credentials service and the tools share it.
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
#include "credentials/core/long_term_key.h"
#include "credentials/core/timed_name.h"
#include "credentials/core/user_directory.h"

namespace turnpike::credentials {

/// With neither a password nor a key it is nobody's: no request fits it.
struct Account {
  std::string name;
  Secret password;             // empty when only the key is known
  std::optional<Md5> md5_key;  // `0xKEY`
};

struct AuthenticatorSettings {
  bool accounts_enabled = false;        // `lt-cred-mech`
  bool shared_secrets_enabled = false;  // `use-auth-secret`
  std::vector<Account> accounts;        // of two with one name the later one holds, as in Coturn
  std::vector<Secret> shared_secrets;   // empty ones are ignored: anybody could sign with them
  char separator = ':';                 // `rest-api-separator`, the first character only
  bool rest_sha1 = true;                // `rest-api-hash`: which HMACs make passwords
  bool rest_sha256 = false;
  seconds max_lifetime{0};  // `max-credential-lifetime`: the farthest expiry; 0 for any
  std::string realm;
};

/// Why no key was found, or why none of them fitted. Told in the log, never to the client.
enum class Refusal : std::uint8_t {
  kUnknownUser,            // neither an account nor of the form expiry:user
  kExpired,                // the time in the user name has passed
  kMillisecondTimestamp,   // the time in the user name is in milliseconds; it must be seconds
  kNoTimestamp,            // shared secrets only, and the user name holds no time
  kWrongPassword,          // a key is known and the integrity does not fit it
  kAlgorithmNotAvailable,  // only a key of the other algorithm is stored
  kRevoked,                // taken back before its time (revocation.h)
  kTooFarAhead,       // the time in the user name is past what `max-credential-lifetime` allows
  kNotAskedYet,       // the store has to be asked first; no answer goes to the client
  kStoreUnavailable,  // the store cannot be asked; the client is told to try again
};

struct Identity {
  LongTermKey key;              // the one that fitted: replies are signed with it
  std::string_view quota_user;  // part of the username that user-quota counts: without the time
  std::optional<std::int64_t> expiry_s;  // shared-secret credentials only
  bool from_directory = false;           // the store may take it back
};

class Authenticator {
 public:
  explicit Authenticator(AuthenticatorSettings settings);

  /// Tries each key that `username` may have, accounts first, then shared secrets, then the users
  /// of `directory` (which may be null), until `fits(key)` says yes. `fits` compares in constant
  /// time. The returned quota_user points into `username`. When several refusals apply: the
  /// account's if there is one of that name, else the shared secrets'. A name that carries a time
  /// is never looked up while shared secrets are enabled.
  Result<Identity, Refusal> authenticate(const Digests& digests, std::string_view username,
                                         PasswordAlgorithm algorithm, WallTime now,
                                         const std::function<bool(Bytes key)>& fits,
                                         const UserDirectory* directory = nullptr) const;

  /// Seconds that have passed since the credential's expiry; for the log line of Refusal::kExpired.
  /// 0 for a name without a time and for one that has not expired.
  std::int64_t seconds_expired(std::string_view username, WallTime now) const;

  char separator() const { return settings_.separator; }

 private:
  struct Attempt;
  const Account* find_account(std::string_view name) const;
  Result<Identity, Refusal> try_account(const Attempt& attempt) const;
  Result<Identity, Refusal> try_shared_secrets(const Attempt& attempt) const;
  Result<Identity, Refusal> try_secret(const Attempt& attempt, const TimedName& name,
                                       const Secret& secret) const;
  Result<Identity, Refusal> try_directory(const Attempt& attempt,
                                          const UserDirectory& directory) const;

  AuthenticatorSettings settings_;  // its accounts sorted by name, each name once
};

}  // namespace turnpike::credentials
