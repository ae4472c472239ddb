// What the credentials API needs of the world around it: time, records, revocation, which relays
// are up. The service implements it; tests pretend it. No call may block for long.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digests.h"
#include "base/result.h"
#include "base/rng.h"
#include "base/time.h"
#include "credentials/api/caller_policy.h"
#include "credentials/core/revocation.h"
#include "http/core/json_web_token.h"

namespace turnpike::credentials::api {

struct Caller {
  std::string name;  // in records and the audit log; never the key
  CallerPolicy policy;
};

/// An API key is presented as "ID.SECRET", or by HTTP Basic as ID and SECRET.
struct ApiKey {
  Sha256 secret_hash{};  // SHA-256 of the secret, which has 128 random bits at least
  Caller caller;
};

/// An API key that was made at run time.
struct StoredKey {
  std::string id;
  Sha256 secret_hash{};
  std::string policy;  // JSON, as parse_policy takes it
};

/// A credential that was given out.
struct Issued {
  std::string username;
  std::string user;
  std::string session;
  std::string caller;
  std::string origin;
  std::string call_id;
  std::int64_t issued_s = 0;
  std::int64_t expires_s = 0;
};

struct IssuedFilter {
  std::optional<std::string> username{};
  std::optional<std::string> user{};
  std::optional<std::string> session{};
  std::size_t limit = 1000;
};

/// Who did what, for the audit log.
struct AuditEvent {
  std::string action;  // "mint", "revoke", "lift", "refuse", "make key", "remove key"
  std::string caller;
  std::string subject;  // the user name, or what was revoked
  std::string client;   // address
  std::string origin;
  std::string detail;
};

/// What is written down line by line and handed out as it is.
enum class ExportKind : std::uint8_t { kAudit, kAccountingCsv, kAccountingJsonl };

struct Export {
  std::string text;        // whole lines
  std::uint64_t next = 0;  // what to ask after next time
};

/// The store or a relay could not be reached; told to the caller as 503.
struct Unavailable {
  std::string detail;
};

class World {
 public:
  virtual ~World() = default;
  virtual Now now() = 0;
  virtual const Digests& digests() = 0;
  /// For secrets and names: nobody can guess what it gives.
  virtual Rng& rng() = 0;
  virtual WeekTime local_time(WallTime time) = 0;
  virtual std::optional<ApiKey> find_key(std::string_view id) = 0;
  /// Of an entry of `api_keys`, also one that nobody can present.
  virtual std::optional<CallerPolicy> find_policy(std::string_view id) = 0;
  /// The claims of a token that holds by http::check_token; the error is for the audit log.
  virtual Result<boost::json::object, std::string> check_token(std::string_view token,
                                                               const http::TokenRules& rules) = 0;
  /// For the subject of a client certificate that was verified.
  virtual std::optional<Caller> find_certificate(std::string_view subject) = 0;
  /// Up and not draining; the index is that of ApiSettings::relays.
  virtual bool is_relay_usable(std::size_t index) = 0;
  /// Written in the background; an error means that there is no room to remember it.
  virtual Result<void, Unavailable> record(const Issued& issued) = 0;
  virtual Result<std::vector<Issued>, Unavailable> issued(const IssuedFilter& filter) = 0;
  virtual Result<void, Unavailable> revoke(const std::vector<Revocation>& rules) = 0;
  virtual Result<bool, Unavailable> lift(RevocationKind kind, std::string_view value) = 0;
  virtual std::vector<Revocation> revocations() = 0;
  /// The rule that refuses this user name now, or nothing; see RevocationSet::find.
  virtual std::optional<Revocation> revocation_of(std::string_view username) = 0;
  virtual Result<std::vector<StoredKey>, Unavailable> stored_keys() = 0;
  /// False: there is one with this id already.
  virtual Result<bool, Unavailable> add_key(const StoredKey& key) = 0;
  /// False: there is none.
  virtual Result<bool, Unavailable> remove_key(std::string_view id) = 0;
  /// Nothing where it is not kept. `after`: 0, or `next` of the piece before.
  virtual Result<std::optional<Export>, Unavailable> read_export(ExportKind kind,
                                                                 std::uint64_t after,
                                                                 std::size_t lines) = 0;
  virtual void audit(const AuditEvent& event) = 0;
};

}  // namespace turnpike::credentials::api
