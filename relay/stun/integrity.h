// Checks MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256 (RFC 8489 sections 14.5, 14.6) in constant
// time.
#pragma once

#include "base/bytes.h"
#include "base/digests.h"
#include "relay/stun/message.h"

namespace turnpike::stun {

/// False also when the attribute is not there or has a wrong length. The SHA-256 form may be cut to
/// 16, 20, 24 or 28 bytes by the sender, never below 16.
bool verify_sha1(const MessageView& message, const Digests& digests, Bytes key);
bool verify_sha256(const MessageView& message, const Digests& digests, Bytes key);

}  // namespace turnpike::stun
