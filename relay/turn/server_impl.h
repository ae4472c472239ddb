// The inside of turn::Server. One class, because all of it works on the same tables; its functions
// are spread over files by what arrives: on_binding.cc, on_allocate.cc, ..., route.cc.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "relay/turn/allocation_table.h"
#include "relay/turn/challenge_limiter.h"
#include "relay/turn/deadline_heap.h"
#include "relay/turn/reply.h"
#include "relay/turn/request.h"
#include "relay/turn/server.h"

namespace turnpike::turn {

/// A request on its way through a handler.
struct Call {
  const Now& now;
  const RequestHead& head;
  ReplyTarget reply;  // where it came from, and the key
  Caller caller;
  Allocation* allocation = nullptr;  // the live one on its 5-tuple
  SessionId session{};               // its session, also when this request has ended it
  std::size_t size = 0;              // of the message

  const ClientPath& from() const { return reply.to; }
};

/// A peer as the core keeps it: our own addresses in their internal form.
struct ResolvedPeer {
  PeerAddress internal;
  bool own = false;
  bool advertised = false;  // the client named one of our own addresses as others see it
  bool needs_live_port = false;
};

class Server::Impl {
 public:
  Impl(const ServerParts& parts, const Policy* policy, Outbox& outbox);

  void set_policy(const Policy* policy);

  // on_request.cc
  void on_client_message(const Now& now, const ClientPath& from, Bytes message);

  // endings.cc
  void on_client_gone(const FiveTuple& tuple);
  void on_deadline(const Now& now);
  MonotonicTime next_deadline() const { return deadlines_.earliest(); }
  bool close_allocation(AllocationHandle handle, CloseReason reason);
  void shut_down();

  // revocations.cc
  std::size_t on_revoked(const Now& now, std::span<const credentials::Revocation> rules);
  void on_revocation_lifted(credentials::RevocationKind kind, std::string_view value);
  void expire_revocations(WallTime now) { revocations_.expire(unix_seconds(now)); }
  std::size_t revocation_count() const { return revocations_.size(); }

  // sessions.cc
  bool close_session(SessionId id, CloseReason reason);
  std::vector<SessionInfo> sessions(MonotonicTime now, const SessionFilter& filter);

  // report_usage.cc
  void report_usage();

  // on_relay_socket.cc
  void on_relay_socket_opened(const Now& now, AllocationHandle handle,
                              const RelaySocketOpened& opened);
  void on_relay_socket_failed(const Now& now, AllocationHandle handle, AddressFamily family,
                              RelaySocketFailure failure);

  // on_peer_unreachable.cc
  void on_peer_unreachable(const Now& now, AllocationHandle handle, const PeerAddress& peer,
                           std::uint8_t icmp_type, std::uint8_t icmp_code, std::uint32_t icmp_data);

  // route.cc
  ClientRoute route_channel_data(MonotonicTime now, const FiveTuple& from, Bytes frame);
  ClientRoute route_send_indication(MonotonicTime now, const FiveTuple& from, Bytes message);
  PeerRoute route_from_peer(MonotonicTime now, AllocationHandle handle, const PeerAddress& from,
                            std::size_t size);

  std::uint32_t allocation_count() const { return allocations_.size(); }
  SessionId session_at(const FiveTuple& tuple) {
    const Allocation* allocation = allocations_.find(tuple);
    return allocation == nullptr ? SessionId{} : allocation->session;
  }
  stun::TransactionId next_indication_id();
  bool check_consistent();  // consistency.cc

 private:
  void enter();  // what holds at the door of every on_*

  // on_request.cc
  void on_request(const Now& now, const ClientPath& from, const stun::MessageView& message);
  bool serves(const Request& request) const;
  bool needs_authentication(const Request& request) const;
  Result<Caller, Denial> find_caller(const Call& call, const stun::MessageView& message) const;
  void note_verified(const Call& call);
  void dispatch(Call& call, const RequestBody& body);

  // endings.cc
  void sweep(const Now& now, Allocation& allocation);
  void drop_expired_channels(Allocation& allocation, MonotonicTime now);
  void drop_expired_permissions(Allocation& allocation, MonotonicTime now);
  MonotonicTime earliest_deadline(const Allocation& allocation) const;
  void delete_allocation(Allocation& allocation, CloseReason reason);
  void close_channels(Allocation& allocation);

  // The handlers, a file each.
  void on_binding(Call& call);
  void on_allocate(Call& call, const AllocateRequest& request);
  void on_refresh(Call& call, const RefreshRequest& request);
  void on_create_permission(Call& call, const CreatePermissionRequest& request);
  void on_channel_bind(Call& call, const ChannelBindRequest& request);

  // on_allocate.cc
  bool refuse_existing(Call& call);
  std::optional<stun::ErrorCode> check_allocate(const AllocateRequest& request) const;
  bool relays(AddressFamily family) const;
  AddressFamily default_family(const ClientPath& client) const;
  struct Families {
    AddressFamily first = AddressFamily::kIpv4;
    bool both = false;
  };
  Result<Families, stun::ErrorCode> choose_families(const Call& call,
                                                    const AllocateRequest& request) const;
  Result<Allocation*, stun::ErrorCode> begin_allocation(const Call& call, std::uint32_t lifetime_s);
  void open_sides(Allocation& allocation, const Families& families, const AllocateRequest& request);

  // on_channel_bind.cc
  bool bind_channel(const Call& call, std::uint16_t number, const PeerAddress& peer);

  // on_relay_socket.cc
  void finish_allocate(const Now& now, Allocation& allocation);
  void complete_allocate(const Now& now, Allocation& allocation, const ReplyTarget& reply);
  void abandon_allocate(Allocation& allocation, const ReplyTarget& reply);

  // on_refresh.cc
  std::uint32_t granted_lifetime(std::optional<std::uint32_t> wish) const;
  bool remove_family(Call& call, std::uint8_t family);
  void reply_refreshed(const Call& call, std::uint32_t lifetime_s);

  // peer_access.cc: shared by CreatePermission and ChannelBind
  std::optional<stun::ErrorCode> check_owner(const Call& call) const;
  ResolvedPeer resolve(const PeerAddress& named) const;
  bool hides_own_address(const IpAddress& ip) const;
  /// Decides, and says so in the outbox when the answer is no.
  Result<ResolvedPeer, stun::ErrorCode> admit_peer(const Call& call, const PeerAddress& named);
  void deny(const Call& call, const PeerAddress& named, const PeerDecision& decision, bool own);
  std::optional<stun::ErrorCode> check_room(const Allocation& allocation, MonotonicTime now,
                                            std::span<const ResolvedPeer> peers) const;
  void note_peer(Allocation& allocation, const IpAddress& peer);
  void install_permission(const Call& call, const ResolvedPeer& peer);

  // answers.cc
  Reply success(const Call& call) {
    return Reply(reply_parts(), call.reply, stun::MessageClass::kSuccess);
  }
  ReplyParts reply_parts() const { return {outbox_, *policy_, parts_.digests}; }
  bool may_answer(const Call& call);
  void send(const Call& call, Reply& reply);
  void refuse(const Call& call, stun::ErrorCode code);
  void refuse_unknown(const Call& call, std::span<const std::uint16_t> types);
  void refuse_caller(Call& call, const Denial& denial);
  void send_allocated(const ReplyTarget& target, Allocation& allocation);
  void note_sent(Allocation& allocation, std::size_t size);
  void note_answered(const Session& session, stun::Method method,
                     std::optional<stun::ErrorCode> code, const Denial* denial = nullptr);
  Session session_of(const Allocation& allocation) const;
  Session session_of(const Call& call) const;
  void count(Count which, std::uint64_t amount = 1) { parts_.counters.counts.add(which, amount); }
  void drop(DropReason reason) { parts_.counters.drops.add(reason); }

  // route.cc
  ClientRoute route_to_peer(MonotonicTime now, Allocation& allocation, const PeerAddress& peer,
                            Bytes payload);
  ClientRoute dropped(DropReason reason);
  PeerRoute dropped_from_peer(DropReason reason);
  Allocation* find_live(const FiveTuple& tuple, MonotonicTime now);

  // report_usage.cc
  void note_relayed(Allocation& allocation);

  ServerParts parts_;
  const Policy* policy_;
  Outbox& outbox_;
  ChallengeLimiter challenges_;
  AllocationTable allocations_;
  DeadlineHeap deadlines_;
  std::uint64_t next_session_;
  credentials::RevocationSet revocations_;
  std::array<std::uint8_t, 4> indication_prefix_{};
  std::uint64_t next_indication_ = 0;
  // An allocation that never came to be leaves its names here for the effects that tell of it.
  std::string parted_user_;
  std::string parted_realm_;
  // Allocations with usage to report. When it is full, an allocation's next packet tries again.
  std::array<AllocationHandle, 64> due_reports_{};
  std::size_t due_report_count_ = 0;
};

}  // namespace turnpike::turn
