// The TURN and STUN server as a state machine: bytes and times in, effects out. It has no sockets,
// clock, threads, locks or global state.
//
// How to drive it: on_* tells it what the world did; drain the outbox before the next call (it
// checks that the outbox is empty on entry). route_* is the data path: it says where a packet goes
// and touches nothing but counters. Call on_deadline when next_deadline() has come.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/digests.h"
#include "base/hash.h"
#include "base/ip_address.h"
#include "base/rng.h"
#include "base/time.h"
#include "credentials/core/revocation.h"
#include "credentials/core/user_directory.h"
#include "relay/stun/message.h"
#include "relay/turn/counters.h"
#include "relay/turn/ids.h"
#include "relay/turn/outbox.h"
#include "relay/turn/policy.h"
#include "relay/turn/quota_ledger.h"
#include "relay/turn/relay_address_book.h"

namespace turnpike::turn {

/// What the core borrows; all of it outlives the Server.
struct ServerParts {
  const Digests& digests;
  Rng& rng;
  QuotaLedger& quotas;
  const RelayAddressBook& addresses;
  Counters& counters;
  HashSeed seed;
  std::uint16_t shard = 0;                            // first digits of session ids
  const credentials::UserDirectory* users = nullptr;  // without one: only what the policy knows
};

/// An allocation, for an operator who looks in.
struct SessionInfo {
  SessionId id;
  std::string user;
  std::string realm;
  ClientPath client;
  std::vector<RelayedAddress> relayed;
  seconds expires_in{};
  Usage usage;
};

/// Which sessions somebody wants to see; an empty text means any.
struct SessionFilter {
  std::string user;     // the whole user name, or its user part
  std::string session;  // the part of it that RevocationKind::kSession compares
  std::size_t limit = 1000;
};

/// Where data from a client goes. `payload` is a part of the bytes handed in.
struct ClientRoute {
  DropReason drop = DropReason::kNone;
  bool dont_fragment = false;  // DONT-FRAGMENT in a Send indication
  RelaySocketId socket;
  PeerAddress peer;
  Bytes payload;
};

/// Where data from a peer goes.
struct PeerRoute {
  DropReason drop = DropReason::kNone;
  std::uint16_t channel = 0;           // 0: wrap it in a Data indication
  const ClientPath* client = nullptr;  // valid until the next call that is not a route_*
  PeerAddress shown_peer;              // the peer as the client knows it; for the Data indication
};

/// How a wish for a relay socket ended well.
struct RelaySocketOpened {
  RelaySocketId socket;
  AddressFamily family{};
  RelayedAddress internal;                      // what it is bound to
  RelayedAddress advertised;                    // what clients are told
  std::optional<ReservationToken> reservation;  // for PortWish::kEvenAndNext
};

enum class RelaySocketFailure : std::uint8_t { kNoPortFree, kNoSuchReservation, kSystem };

class Server {
 public:
  Server(const ServerParts& parts, const Policy* policy, Outbox& outbox);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The new policy holds from the next call on; allocations that live stay. Not owned.
  void set_policy(const Policy* policy);

  // ---- control path
  /// One whole STUN message of any kind but a Send indication, from a datagram or cut from a
  /// stream.
  void on_client_message(const Now& now, const ClientPath& from, Bytes message);
  void on_relay_socket_opened(const Now& now, AllocationHandle allocation,
                              const RelaySocketOpened& opened);
  void on_relay_socket_failed(const Now& now, AllocationHandle allocation, AddressFamily family,
                              RelaySocketFailure failure);
  /// The client's stream has closed: the 5-tuple is gone, and its allocation ends with it (RFC 8656
  /// section 3.1).
  void on_client_gone(const Now& now, const FiveTuple& tuple);
  /// An ICMP error for a datagram that the allocation sent to `peer` (RFC 8656 section 11.5).
  /// `family` names the relay socket.
  void on_peer_unreachable(const Now& now, AllocationHandle allocation, const PeerAddress& peer,
                           std::uint8_t icmp_type, std::uint8_t icmp_code, std::uint32_t icmp_data);
  void on_deadline(const Now& now);
  /// kNever when nothing is pending. O(1).
  MonotonicTime next_deadline() const;
  /// Turns the usage that route_* has noted (4096 packets) into UsageReport effects. Call it once
  /// per turn; cheap when nothing is due.
  void report_usage();
  /// Ends one allocation (revocation, operator). False when there is no such allocation.
  bool close_allocation(const Now& now, AllocationHandle allocation, CloseReason reason);
  bool close_session(const Now& now, SessionId id, CloseReason reason);
  /// From now on these rules hold, too; the allocations that they cover end. Returns how many.
  std::size_t on_revoked(const Now& now, std::span<const credentials::Revocation> rules);
  void on_revocation_lifted(credentials::RevocationKind kind, std::string_view value);
  /// Forgets rules whose time has passed.
  void expire_revocations(WallTime now);
  /// Ends all of them.
  void shut_down(const Now& now);

  // ---- data path
  /// `frame` is ChannelData (its first byte says so).
  ClientRoute route_channel_data(MonotonicTime now, const FiveTuple& from, Bytes frame);
  /// `message` is a STUN message whose type is Send indication (is_send_indication).
  ClientRoute route_send_indication(MonotonicTime now, const FiveTuple& from, Bytes message);
  PeerRoute route_from_peer(MonotonicTime now, AllocationHandle allocation, const PeerAddress& from,
                            std::size_t size);

  // ---- looking in
  std::uint32_t allocation_count() const;
  std::size_t revocation_count() const;
  std::vector<SessionInfo> sessions(MonotonicTime now, const SessionFilter& filter) const;
  /// The session of the allocation on this 5-tuple; zero when there is none. For the log.
  SessionId session_at(const FiveTuple& tuple) const;
  /// A fresh transaction id for a Data indication: unique, not unguessable (indications have no
  /// reply).
  stun::TransactionId next_indication_id();
  /// Every invariant between the tables; tests, the simulator and fuzzers call it after each step.
  bool check_consistent() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// 0x0016: class indication, method Send.
inline bool is_send_indication(Bytes message) {
  return message.size() >= 2 && message[0] == 0x00 && message[1] == 0x16;
}

}  // namespace turnpike::turn
