// Makes time-limited credentials ("TURN REST API"): a user name that carries its expiry and the
// password that belongs to it. Keeps no record of them; verifying is authenticator.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digests.h"
#include "base/result.h"
#include "base/rng.h"
#include "base/secret.h"
#include "base/time.h"
#include "credentials/core/long_term_key.h"

namespace turnpike::credentials {

struct MintSettings {
  /// The newest is the first and signs; relays that know the others too go on taking those.
  std::vector<Secret> secrets;
  char separator = ':';
  RestHash hash = RestHash::kSha1;  // what Coturn and browsers' servers expect
  seconds default_lifetime{86400};
  seconds max_lifetime{86400};
};

struct MintRequest {
  std::string_view user{};            // who it is for; may be empty
  std::string_view session{};         // in front of the user, so that a session can be revoked
  std::optional<seconds> lifetime{};  // without one the default; more than the most is cut to it
};

struct MintedCredential {
  std::string username;  // "1767225600:alice", "1767225600:s1:alice"
  Secret password;
  std::int64_t expires_s = 0;  // seconds since the epoch
  seconds lifetime{};
};

enum class MintFailure : std::uint8_t {
  kNoSecret,
  kBadUser,      // longer than kMaxUserBytes, or control characters
  kBadSession,   // the same, or the separator is in it
  kBadLifetime,  // not positive
};

/// Leaves room for the time and stays under the 509 bytes of RFC 8489 section 14.3.
inline constexpr std::size_t kMaxUserBytes = 255;
inline constexpr std::size_t kMaxSessionBytes = 127;

/// With more than one secret the first one signs.
Result<MintedCredential, MintFailure> mint(const Digests& digests, const MintSettings& settings,
                                           const MintRequest& request, WallTime now);

std::string_view mint_failure_text(MintFailure failure);

/// 36 random characters (letters, digits, punctuation), base64-encoded: 48 characters that need no
/// quotes in turnserver.conf. What `turnpike keygen` prints.
Secret generate_shared_secret(Rng& rng);

/// "tpk_" and 43 characters: 256 random bits as base64url.
Secret generate_api_key(Rng& rng);

}  // namespace turnpike::credentials
