// The long-term credential mechanism (RFC 8489 section 9.2): who sent this request, and with which
// key the reply is signed. It keeps no state; nonces prove themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/digests.h"
#include "base/ip_address.h"
#include "base/result.h"
#include "base/time.h"
#include "credentials/core/authenticator.h"
#include "credentials/core/revocation.h"
#include "credentials/core/user_directory.h"
#include "relay/stun/message.h"
#include "relay/turn/outbox.h"
#include "relay/turn/policy.h"
#include "relay/turn/request.h"

namespace turnpike::turn {

/// What a reply is signed with.
struct ReplyKey {
  credentials::LongTermKey key;
  bool sha256 = false;  // MESSAGE-INTEGRITY-SHA256 instead of MESSAGE-INTEGRITY
};

/// The key that fitted when an allocation was made.
struct KnownKey {
  credentials::LongTermKey key;
  credentials::PasswordAlgorithm algorithm = credentials::PasswordAlgorithm::kMd5;
  /// The directory's generation when it gave the key; 0 for a key that no store can take back.
  std::uint64_t generation = 0;
};

/// The owner of the allocation on the request's 5-tuple. His key goes on being good for it, also
/// when the time in his user name has passed (as in Coturn: a call outlives its credential) and
/// without asking the authenticator again; a key from a store, until something changes there.
struct KnownCaller {
  std::string_view user;
  std::string_view realm;
  KnownKey key;
};

/// Who sent an accepted request. Without authentication, all of it is empty.
struct Caller {
  std::string_view user;
  std::string_view quota_user;
  KnownKey key;
  std::optional<ReplyKey> reply_key;
};

/// How a request that is not accepted is answered.
struct Denial {
  stun::ErrorCode code = stun::ErrorCode::kUnauthenticated;
  bool challenge = true;  // with REALM and NONCE
  AuthFailure failure = AuthFailure::kNone;
  credentials::Refusal refusal{};
  std::int64_t expired_for_s = 0;
  std::optional<ReplyKey> reply_key;  // set when the caller has proven himself all the same

  /// The store has to be asked first, and the client hears nothing until then.
  bool waits() const {
    return failure == AuthFailure::kRefused && refusal == credentials::Refusal::kNotAskedYet;
  }
};

struct AuthenticationParts {
  const Policy& policy;
  const Digests& digests;
  const ClientAddress& client;
  WallTime wall;
  const KnownCaller* known = nullptr;
  const credentials::UserDirectory* users = nullptr;
  const credentials::RevocationSet* revocations = nullptr;
};

Result<Caller, Denial> authenticate(const AuthenticationParts& parts,
                                    const stun::MessageView& message, const RequestHead& head);

/// The value of PASSWORD-ALGORITHMS in our challenges: SHA-256, then MD5, without parameters.
Bytes offered_password_algorithms();

}  // namespace turnpike::turn
