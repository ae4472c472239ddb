// The one place where replies are made: signed whenever the caller's key is known, with FINGERPRINT
// as the request had it, and with nothing in them that a stranger could use to amplify a packet.
#pragma once

#include <cstdint>
#include <optional>

#include "base/digests.h"
#include "relay/stun/writer.h"
#include "relay/turn/authentication.h"
#include "relay/turn/outbox.h"
#include "relay/turn/policy.h"

namespace turnpike::turn {

struct ReplyParts {
  Outbox& outbox;
  const Policy& policy;
  const Digests& digests;
};

/// The request's part in its reply.
struct ReplyTarget {
  ClientPath to;
  stun::Method method{};
  stun::TransactionId id;
  bool classic = false;
  bool fingerprint = false;
  std::optional<ReplyKey> key;
};

class Reply {
 public:
  Reply(const ReplyParts& parts, const ReplyTarget& target, stun::MessageClass message_class);

  stun::MessageWriter& message() { return message_; }
  /// ERROR-CODE; with the RFC's reason phrase for those whom we know, or when configured.
  void add_error(stun::ErrorCode code);
  /// REALM and a fresh NONCE (RFC 8489 section 9.2.4).
  void add_challenge(WallTime now);
  /// Signs and sends. The size; nothing when the reply does not fit, and then nothing is sent.
  std::optional<std::size_t> send();

 private:
  void add_software();

  ReplyParts parts_;
  const ReplyTarget& target_;
  stun::MessageWriter message_;
};

}  // namespace turnpike::turn
