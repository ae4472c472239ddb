// How handlers answer: every reply leaves through here, so every reply is counted, told of and,
// for strangers, paid from the budget of their address.
#include <array>
#include <cstdint>

#include "relay/turn/server_impl.h"

namespace turnpike::turn {
namespace {

std::optional<Count> count_of(stun::ErrorCode code) {
  switch (code) {
    case stun::ErrorCode::kTryAlternate:
      return Count::kError300;
    case stun::ErrorCode::kBadRequest:
      return Count::kError400;
    case stun::ErrorCode::kUnauthenticated:
      return Count::kError401;
    case stun::ErrorCode::kForbidden:
      return Count::kError403;
    case stun::ErrorCode::kMobilityForbidden:
      return Count::kError405;
    case stun::ErrorCode::kUnknownAttribute:
      return Count::kError420;
    case stun::ErrorCode::kAllocationMismatch:
      return Count::kError437;
    case stun::ErrorCode::kStaleNonce:
      return Count::kError438;
    case stun::ErrorCode::kAddressFamilyNotSupported:
      return Count::kError440;
    case stun::ErrorCode::kWrongCredentials:
      return Count::kError441;
    case stun::ErrorCode::kUnsupportedTransport:
      return Count::kError442;
    case stun::ErrorCode::kPeerAddressFamilyMismatch:
      return Count::kError443;
    case stun::ErrorCode::kAllocationQuotaReached:
      return Count::kError486;
    case stun::ErrorCode::kServerError:
      return Count::kError500;
    case stun::ErrorCode::kInsufficientCapacity:
      return Count::kError508;
    case stun::ErrorCode::kConnectionAlreadyExists:
    case stun::ErrorCode::kConnectionTimeoutOrFailure:
      return std::nullopt;  // RFC 6062, which this server does not speak
  }
  return std::nullopt;
}

Count count_of(credentials::Refusal refusal) {
  switch (refusal) {
    case credentials::Refusal::kUnknownUser:
      return Count::kRefusedUnknownUser;
    case credentials::Refusal::kExpired:
      return Count::kRefusedExpired;
    case credentials::Refusal::kMillisecondTimestamp:
      return Count::kRefusedMillisecondTimestamp;
    case credentials::Refusal::kNoTimestamp:
      return Count::kRefusedNoTimestamp;
    case credentials::Refusal::kWrongPassword:
      return Count::kRefusedWrongPassword;
    case credentials::Refusal::kAlgorithmNotAvailable:
      return Count::kRefusedAlgorithm;
    case credentials::Refusal::kRevoked:
      return Count::kRefusedRevoked;
    case credentials::Refusal::kTooFarAhead:
      return Count::kRefusedTooFarAhead;
    case credentials::Refusal::kNotAskedYet:
    case credentials::Refusal::kStoreUnavailable:
      return Count::kRefusedStoreUnavailable;
  }
  return Count::kRefusedUnknownUser;
}

std::optional<Count> count_of(const Denial& denial) {
  switch (denial.failure) {
    case AuthFailure::kRefused:
      return count_of(denial.refusal);
    case AuthFailure::kWrongRealm:
      return Count::kRefusedWrongRealm;
    case AuthFailure::kNone:
    case AuthFailure::kStaleNonce:
    case AuthFailure::kForgedNonce:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

/// Whoever has proven himself may have any number of replies, and so may the owner of an allocation
/// where nobody has to. The address of a stream's client is proven by the handshake.
bool Server::Impl::may_answer(const Call& call) {
  if (call.reply.key || call.from().tuple.transport != Transport::kUdp) return true;
  if (!policy_->authentication && call.allocation != nullptr) return true;
  const ChallengeLimiterUse before = challenges_.use();
  const bool allowed = challenges_.allow(call.from().tuple.client.value.ip, call.now.monotonic);
  const ChallengeLimiterUse& after = challenges_.use();
  count(Count::kChallengeBucketsTaken, after.taken - before.taken);
  count(Count::kChallengeCollisions, after.collisions - before.collisions);
  if (!allowed) drop(DropReason::kChallengeLimit);
  return allowed;
}

void Server::Impl::send(const Call& call, Reply& reply) {
  const auto size = reply.send();
  if (!size) return drop(DropReason::kReplyTooLarge);
  if (call.allocation != nullptr) note_sent(*call.allocation, *size);
}

void Server::Impl::refuse(const Call& call, stun::ErrorCode code) {
  if (!may_answer(call)) return;
  Reply reply(reply_parts(), call.reply, stun::MessageClass::kError);
  reply.add_error(code);
  send(call, reply);
  note_answered(session_of(call), call.head.method, code);
}

/// RFC 8489 section 6.3.1.
void Server::Impl::refuse_unknown(const Call& call, std::span<const std::uint16_t> types) {
  if (!may_answer(call)) return;
  Reply reply(reply_parts(), call.reply, stun::MessageClass::kError);
  reply.add_error(stun::ErrorCode::kUnknownAttribute);
  reply.message().add_unknown_attributes(types);
  send(call, reply);
  note_answered(session_of(call), call.head.method, stun::ErrorCode::kUnknownAttribute);
}

void Server::Impl::refuse_caller(Call& call, const Denial& denial) {
  call.reply.key = denial.reply_key;
  // Somebody who only guesses at the user of an allocation must not appear as that user in the log.
  call.caller.user = call.head.username.value_or(std::string_view());
  if (!may_answer(call)) return;
  Reply reply(reply_parts(), call.reply, stun::MessageClass::kError);
  reply.add_error(denial.code);
  if (denial.challenge) {
    reply.add_challenge(call.now.wall);
    count(Count::kChallenges);
  }
  if (denial.code == stun::ErrorCode::kUnknownAttribute) {
    static constexpr std::array kUserhash = {
        static_cast<std::uint16_t>(stun::AttributeType::kUserhash)};
    reply.message().add_unknown_attributes(kUserhash);
  }
  send(call, reply);
  note_answered(session_of(call), call.head.method, denial.code, &denial);
}

/// RFC 8656 section 7.2: the success reply to an Allocate, the first time and again for a
/// retransmission; made of what the allocation is, so that nothing has to be kept for it.
void Server::Impl::send_allocated(const ReplyTarget& target, Allocation& allocation) {
  Reply reply(reply_parts(), target, stun::MessageClass::kSuccess);
  stun::MessageWriter& message = reply.message();
  for (const RelaySide& side : allocation.sides) {
    if (side.state != RelaySide::State::kOpen) continue;
    message.add_xor_address(stun::AttributeType::kXorRelayedAddress, side.advertised.value);
  }
  for (const RelaySide& side : allocation.sides) {
    if (side.state != RelaySide::State::kFailed) continue;
    message.add_address_error(side.family, side.error, stun::default_reason(side.error));
  }
  message.add_u32(stun::AttributeType::kLifetime, allocation.lifetime_s);
  if (allocation.reservation) {
    message.add(stun::AttributeType::kReservationToken, Bytes(allocation.reservation->value));
  }
  message.add_xor_address(stun::AttributeType::kXorMappedAddress, target.to.tuple.client.value);
  const auto size = reply.send();
  if (!size) return drop(DropReason::kReplyTooLarge);
  note_sent(allocation, *size);
}

void Server::Impl::note_sent(Allocation& allocation, std::size_t size) {
  ++allocation.total.sent_packets;
  allocation.total.sent_bytes += size;
}

void Server::Impl::note_answered(const Session& session, stun::Method method,
                                 std::optional<stun::ErrorCode> code, const Denial* denial) {
  RequestAnswered answered{.session = session, .method = method};
  if (code) {
    answered.error = static_cast<std::uint16_t>(*code);
    if (const auto which = count_of(*code)) count(*which);
    if (method == stun::Method::kBinding) count(Count::kBindingErrors);
  }
  if (denial != nullptr) {
    answered.auth = denial->failure;
    answered.refusal = denial->refusal;
    answered.expired_for_s = denial->expired_for_s;
    if (const auto which = count_of(*denial)) count(*which);
  }
  outbox_.push(answered);
}

Session Server::Impl::session_of(const Allocation& allocation) const {
  return {allocation.session, allocation.realm, allocation.user, allocation.client};
}

Session Server::Impl::session_of(const Call& call) const {
  return {call.session, policy_->realm, call.caller.user, call.from()};
}

}  // namespace turnpike::turn
