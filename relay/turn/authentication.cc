#include "relay/turn/authentication.h"

#include <algorithm>
#include <array>

#include "relay/stun/integrity.h"

namespace turnpike::turn {
namespace {

using credentials::PasswordAlgorithm;
using credentials::Refusal;

constexpr std::array<std::uint8_t, 8> kOffered = {0, 2, 0, 0, 0, 1, 0, 0};

Denial bad_request() {
  return {.code = stun::ErrorCode::kBadRequest, .challenge = false, .reply_key = std::nullopt};
}

Denial unauthenticated(AuthFailure failure, Refusal refusal = {}) {
  return {.failure = failure, .refusal = refusal, .reply_key = std::nullopt};
}

/// RFC 8489 section 9.2.4: which algorithm made the key; nothing for a combination that is refused
/// as a sign of somebody in between who bids down.
std::optional<PasswordAlgorithm> algorithm_of(const Policy& policy, const RequestHead& head) {
  if (!head.password_algorithm && !head.password_algorithms) return PasswordAlgorithm::kMd5;
  if (!policy.offer_sha256) {
    // Without an offer there is only MD5 to choose.
    return !head.password_algorithm || *head.password_algorithm == 1
               ? std::optional(PasswordAlgorithm::kMd5)
               : std::nullopt;
  }
  if (!head.password_algorithm || !head.password_algorithms) return std::nullopt;
  if (!std::equal(kOffered.begin(), kOffered.end(), head.password_algorithms->begin(),
                  head.password_algorithms->end())) {
    return std::nullopt;
  }
  switch (*head.password_algorithm) {
    case 1:
      return PasswordAlgorithm::kMd5;
    case 2:
      return PasswordAlgorithm::kSha256;
    default:
      return std::nullopt;
  }
}

/// The stronger of the integrity attributes that are there.
bool fits(const stun::MessageView& message, const Digests& digests, Bytes key) {
  return message.has_integrity_sha256() ? stun::verify_sha256(message, digests, key)
                                        : stun::verify_sha1(message, digests, key);
}

bool is_known(const AuthenticationParts& parts, const stun::MessageView& message,
              const RequestHead& head, PasswordAlgorithm algorithm) {
  const KnownCaller* known = parts.known;
  return known != nullptr && known->user == *head.username && known->realm == *head.realm &&
         known->key.algorithm == algorithm && fits(message, parts.digests, known->key.key.view());
}

/// Whether the store may have changed its mind about the key since it gave it.
bool is_outdated(const AuthenticationParts& parts, const KnownKey& key) {
  return key.generation != 0 && parts.users != nullptr &&
         key.generation != parts.users->generation();
}

Caller known_caller(const AuthenticationParts& parts, const RequestHead& head, bool sha256) {
  const KnownKey& key = parts.known->key;
  return Caller{*head.username, {}, key, ReplyKey{key.key, sha256}};
}

Result<Caller, Denial> find_new_caller(const AuthenticationParts& parts,
                                       const stun::MessageView& message, const RequestHead& head,
                                       PasswordAlgorithm algorithm) {
  if (parts.users != nullptr && !parts.users->is_ready()) {
    return fail(unauthenticated(AuthFailure::kRefused, Refusal::kStoreUnavailable));
  }
  const auto identity = parts.policy.authenticator.authenticate(
      parts.digests, *head.username, algorithm, parts.wall,
      [&](Bytes key) { return fits(message, parts.digests, key); }, parts.users);
  if (!identity) return fail(unauthenticated(AuthFailure::kRefused, identity.error()));
  const std::uint64_t generation = identity->from_directory ? parts.users->generation() : 0;
  return Caller{*head.username,
                identity->quota_user,
                {identity->key, algorithm, generation},
                ReplyKey{identity->key, message.has_integrity_sha256()}};
}

Result<Caller, Denial> find_caller(const AuthenticationParts& parts,
                                   const stun::MessageView& message, const RequestHead& head,
                                   PasswordAlgorithm algorithm) {
  if (parts.revocations != nullptr &&
      parts.revocations->refuses(*head.username, unix_seconds(parts.wall))) {
    return fail(unauthenticated(AuthFailure::kRefused, Refusal::kRevoked));
  }
  // RFC 8489 section 9.2.4: the reply carries what the request was proven with.
  const bool sha256 = message.has_integrity_sha256();
  const bool known = is_known(parts, message, head, algorithm);
  if (known && !is_outdated(parts, parts.known->key)) return known_caller(parts, head, sha256);
  auto caller = find_new_caller(parts, message, head, algorithm);
  if (caller) return caller;
  Denial& denial = caller.error();
  // A store that is away takes nothing back: who is inside goes on.
  if (known && denial.refusal == Refusal::kStoreUnavailable) {
    return known_caller(parts, head, sha256);
  }
  if (denial.refusal == Refusal::kExpired) {
    denial.expired_for_s = parts.policy.authenticator.seconds_expired(*head.username, parts.wall);
  } else if (denial.refusal == Refusal::kStoreUnavailable) {
    denial.code = stun::ErrorCode::kServerError;
    denial.challenge = false;
  }
  return caller;
}

/// RFC 8489 section 9.2.4, last check: by now it is known who asks, so 438 is signed.
std::optional<Denial> check_nonce(const AuthenticationParts& parts, const RequestHead& head,
                                  const std::optional<ReplyKey>& reply_key) {
  AuthFailure failure = AuthFailure::kNone;
  switch (parts.policy.nonces.check(parts.digests, parts.client, parts.wall, *head.nonce)) {
    case NonceVerdict::kFresh:
      return std::nullopt;
    case NonceVerdict::kStale:
      failure = AuthFailure::kStaleNonce;
      break;
    case NonceVerdict::kForged:
      failure = AuthFailure::kForgedNonce;
      break;
  }
  return Denial{.code = stun::ErrorCode::kStaleNonce, .failure = failure, .reply_key = reply_key};
}

}  // namespace

Bytes offered_password_algorithms() {
  return Bytes(kOffered);
}

// The order is that of RFC 8489 section 9.2.4.
Result<Caller, Denial> authenticate(const AuthenticationParts& parts,
                                    const stun::MessageView& message, const RequestHead& head) {
  if (!message.has_integrity_sha1() && !message.has_integrity_sha256()) {
    return fail(unauthenticated(AuthFailure::kNone));
  }
  if (head.userhash && !head.username) {
    return fail(Denial{
        .code = stun::ErrorCode::kUnknownAttribute, .challenge = false, .reply_key = std::nullopt});
  }
  if (!head.username || !head.realm || !head.nonce) return fail(bad_request());
  const auto algorithm = algorithm_of(parts.policy, head);
  if (!algorithm) return fail(bad_request());
  if (*head.realm != parts.policy.realm) return fail(unauthenticated(AuthFailure::kWrongRealm));
  auto caller = find_caller(parts, message, head, *algorithm);
  // A store is asked only for somebody who has proven his address by his nonce.
  if (!caller && !caller.error().waits()) return caller;
  const auto reply_key = caller ? caller->reply_key : std::nullopt;
  if (const auto denial = check_nonce(parts, head, reply_key)) return fail(*denial);
  return caller;
}

}  // namespace turnpike::turn
