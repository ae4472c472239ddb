// What the core wants done, as values. The shell drains the outbox after every on_* call and before
// it touches the buffer that held the message: views in here may point into it. Reused from call to
// call, so a warm outbox allocates nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "base/time.h"
#include "credentials/core/authenticator.h"
#include "relay/stun/registry.h"
#include "relay/turn/ids.h"
#include "relay/turn/peer_policy.h"

namespace turnpike::turn {

/// A STUN message for a client. Its bytes are in the outbox: Outbox::bytes().
struct SendToClient {
  ClientPath to;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

enum class PortWish : std::uint8_t {
  kAny,
  kEven,         // EVEN-PORT, R = 0
  kEvenAndNext,  // EVEN-PORT, R = 1: reserve the next port too and make a token for it
  kReserved,     // the port that `token` stands for
};

/// Open a UDP socket on a relay address of this family, then call on_relay_socket_opened or
/// on_relay_socket_failed. Once per family of an allocation.
struct OpenRelaySocket {
  AllocationHandle allocation;
  AddressFamily family = AddressFamily::kIpv4;
  PortWish wish = PortWish::kAny;
  ReservationToken token;
  ServerAddress
      arrived_at;  // where the client's request came in; a shell may prefer a relay address like it
};

/// A store has to be asked for this user; hand in the same message again when the directory has the
/// answer. Nothing was answered and nothing is kept of the message here.
struct LookUpUser {
  std::string_view user;  // a part of the message
};

struct CloseRelaySocket {
  RelaySocketId socket;
};

/// Close the client's stream (never sent for UDP clients).
struct CloseClient {
  ClientPath path;
};

// Channels as effects, for whoever forwards without asking the core (a kernel fast path). Sent
// before the reply that tells the client.
struct ChannelOpened {
  AllocationHandle allocation;
  std::uint16_t number = 0;
  PeerAddress peer;
  MonotonicTime expires{};
};
struct ChannelClosed {
  AllocationHandle allocation;
  std::uint16_t number = 0;
};

// What happened, for the log, metrics and tests. Strings are views into the message or the core and
// valid until the outbox is drained.
struct Session {
  SessionId id;
  std::string_view realm;
  std::string_view user;
  ClientPath client;
};
struct Usage {
  std::uint64_t received_packets = 0, received_bytes = 0;            // from the client
  std::uint64_t sent_packets = 0, sent_bytes = 0;                    // to the client
  std::uint64_t peer_received_packets = 0, peer_received_bytes = 0;  // from peers
  std::uint64_t peer_sent_packets = 0, peer_sent_bytes = 0;          // to peers
};
enum class CloseReason : std::uint8_t {
  kExpired,          // lifetime over
  kRefreshedToZero,  // the client asked
  kClientGone,       // its stream closed
  kRelaySocketLost,
  kKilled,   // an operator
  kRevoked,  // its credential was taken back
  kShutdown,
};

struct AllocationCreated {
  Session session;
  AllocationHandle allocation;
  seconds lifetime{};
  std::array<RelayedAddress, 2> relayed{};
  std::uint8_t relayed_count = 0;
};
struct AllocationRefreshed {
  Session session;
  seconds lifetime{};
};
struct AllocationDeleted {
  SessionId id;
  std::string realm;
  std::string user;
  ClientPath client;
  CloseReason reason{};
  Usage total;
  Usage since_report;
  std::array<RelayedAddress, 2> relayed{};
  std::uint8_t relayed_count = 0;
  std::int64_t started_s = 0;      // seconds since the epoch
  std::vector<IpAddress> peers{};  // whom it had permissions for, the first kMaxNotedPeers
  std::uint32_t permissions = 0;   // how many were installed, beside those that were refreshed
};
inline constexpr std::size_t kMaxNotedPeers = 8;
struct UsageReport {  // each time an allocation's packets pass another 4096
  Session session;
  Usage since_report;
};
struct PermissionChanged {
  Session session;
  IpAddress peer;
  seconds lifetime{};  // 0: deleted
};
struct ChannelChanged {
  Session session;
  PeerAddress peer;
  std::uint16_t number = 0;
  seconds lifetime{};  // 0: deleted
};
struct PeerDenied {
  Session session;
  IpAddress peer;
  PeerDecision decision;
  bool own_address = false;  // one of our own addresses, at a port where no allocation lives
  std::uint16_t port = 0;
};
/// Why authentication failed, beyond what credentials::Refusal knows.
enum class AuthFailure : std::uint8_t { kNone, kRefused, kWrongRealm, kStaleNonce, kForgedNonce };
/// A request was answered.
struct RequestAnswered {
  Session session;  // id 0 where there is no allocation
  stun::Method method{};
  std::uint16_t error = 0;  // 0: success
  AuthFailure auth = AuthFailure::kNone;
  credentials::Refusal refusal{};  // only with AuthFailure::kRefused
  std::int64_t expired_for_s = 0;  // only with Refusal::kExpired
};

using Effect = std::variant<SendToClient, LookUpUser, OpenRelaySocket, CloseRelaySocket,
                            CloseClient, ChannelOpened, ChannelClosed, AllocationCreated,
                            AllocationRefreshed, AllocationDeleted, UsageReport, PermissionChanged,
                            ChannelChanged, PeerDenied, RequestAnswered>;

class Outbox {
 public:
  /// Replies are no larger than this, so they fit a datagram without fragments everywhere.
  static constexpr std::size_t kMaxReply = 1200;

  Outbox();
  bool empty() const { return effects_.empty(); }
  const std::vector<Effect>& effects() const { return effects_; }
  Bytes bytes(const SendToClient& send) const {
    return Bytes(arena_).subspan(send.offset, send.size);
  }
  /// After the effects have been carried out. Carrying them out must not call the core; what it has
  /// to say it says afterwards.
  void clear();

  // For the core.
  void push(Effect effect) { effects_.push_back(std::move(effect)); }
  /// kMaxReply bytes to write a reply into; then commit_reply with its size.
  MutableBytes reply_space();
  void commit_reply(const ClientPath& to, std::size_t size);

 private:
  std::vector<Effect> effects_;
  std::vector<std::uint8_t> arena_;
  std::size_t arena_used_ = 0;
};

}  // namespace turnpike::turn
