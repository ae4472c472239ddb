#include "relay/turn/reply.h"

namespace turnpike::turn {

using stun::AttributeType;

Reply::Reply(const ReplyParts& parts, const ReplyTarget& target, stun::MessageClass message_class)
    : parts_(parts),
      target_(target),
      message_(parts.outbox.reply_space(), message_class, target.method, target.id) {}

void Reply::add_error(stun::ErrorCode code) {
  const bool with_reason = target_.key || parts_.policy.reason_phrases;
  message_.add_error(code, with_reason ? stun::default_reason(code) : std::string_view());
}

void Reply::add_challenge(WallTime now) {
  const auto nonce = parts_.policy.nonces.mint(parts_.digests, target_.to.tuple.client, now);
  message_.add_text(AttributeType::kRealm, parts_.policy.realm);
  message_.add_text(AttributeType::kNonce, nonce.view());
  if (parts_.policy.offer_sha256) {
    message_.add(AttributeType::kPasswordAlgorithms, offered_password_algorithms());
  }
}

std::optional<std::size_t> Reply::send() {
  if (!target_.classic) {
    add_software();
    if (target_.key && target_.key->sha256) {
      message_.sign_sha256(parts_.digests, target_.key->key.view());
    } else if (target_.key) {
      message_.sign_sha1(parts_.digests, target_.key->key.view());
    }
    if (target_.fingerprint || parts_.policy.always_fingerprint) message_.add_fingerprint();
  }
  const auto size = message_.finish();
  if (size) parts_.outbox.commit_reply(target_.to, *size);
  return size;
}

/// Never in a datagram to somebody who has proven nothing: it would only make the reply larger.
void Reply::add_software() {
  const bool proven = target_.key || target_.to.tuple.transport != Transport::kUdp;
  if (proven && !parts_.policy.software.empty()) {
    message_.add_text(AttributeType::kSoftware, parts_.policy.software);
  }
}

}  // namespace turnpike::turn
