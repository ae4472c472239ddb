// Everything the core is told by configuration: an immutable value, built by relay/server, replaced
// as a whole.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "credentials/core/authenticator.h"
#include "relay/turn/challenge_limiter.h"
#include "relay/turn/nonce.h"
#include "relay/turn/peer_policy.h"

namespace turnpike::turn {

struct Lifetimes {
  seconds allocation_default{600};  // RFC 8656 section 7.2; also the least that is granted
  seconds allocation_max{3600};     // `max-allocate-lifetime`
  seconds permission{300};          // `permission-lifetime`
  seconds channel{600};             // `channel-lifetime`
};

/// Every bound of the core. Memory follows from these numbers; relay/server prints it at start.
struct Limits {
  std::uint32_t max_allocations = 65536;  // of this shard
  std::uint16_t max_permissions = 256;    // per allocation
  std::uint16_t max_channels = 256;       // per allocation
  std::uint64_t max_bytes_per_s = 0;      // `max-bps`: per allocation and direction; 0 = no limit
};

/// `allocation-default-address-family`: when REQUESTED-ADDRESS-FAMILY is absent.
enum class DefaultFamily : std::uint8_t { kIpv4, kIpv6, kKeep };

struct Policy {
  bool serve_binding = true;        // not `no-stun`
  bool serve_turn = true;           // not `stun-only`
  bool binding_needs_auth = false;  // `secure-stun`
  bool udp_relay = true;            // not `no-udp-relay`
  bool relay_ipv4 = true;           // there is a relay address of this family
  bool relay_ipv6 = true;
  bool authentication = true;  // not `no-auth`
  bool offer_sha256 = false;   // `password-algorithms=md5,sha256`
  bool always_fingerprint =
      false;                    // `fingerprint`; otherwise replies have one when the request had
  bool mapped_address = false;  // `stun-backward-compatibility`
  bool classic_stun = false;    // `rfc3489-compatibility`
  bool legacy_channel_numbers = false;  // `rfc5766-channel-numbers`
  bool reason_phrases = false;  // `include-reason-string`; authenticated clients always get them
  DefaultFamily default_family = DefaultFamily::kIpv4;
  std::string software;  // SOFTWARE attribute; empty: not sent
  std::string realm;
  credentials::Authenticator authenticator{{}};
  NonceMint nonces{{}};
  ChallengeLimiterSettings challenges;
  PeerPolicy peers;
  Lifetimes lifetimes;
  Limits limits;
};

}  // namespace turnpike::turn
