// The second half of Allocate: the shell has opened a relay socket, or could not. When the last one
// of an allocation has been answered for, so is the client.
#include <algorithm>
#include <utility>

#include "relay/turn/server_impl.h"

namespace turnpike::turn {
namespace {

using State = RelaySide::State;

/// The side that waits for this socket. A reserved port has the family that it was reserved with,
/// which only the shell knows.
RelaySide* waiting_side(Allocation& allocation, AddressFamily family) {
  const bool any = allocation.pending->wish == PortWish::kReserved;
  for (RelaySide& side : allocation.sides) {
    if (side.state == State::kOpening && (any || side.family == family)) return &side;
  }
  return nullptr;
}

bool any_in(const Allocation& allocation, State state) {
  return std::any_of(allocation.sides.begin(), allocation.sides.end(),
                     [&](const RelaySide& side) { return side.state == state; });
}

stun::ErrorCode error_of(RelaySocketFailure failure) {
  switch (failure) {
    case RelaySocketFailure::kNoPortFree:
    case RelaySocketFailure::kNoSuchReservation:
    case RelaySocketFailure::kSystem:
      // RFC 8656 section 7.2: for whatever reason there is no port now, 508.
      return stun::ErrorCode::kInsufficientCapacity;
  }
  return stun::ErrorCode::kServerError;
}

}  // namespace

void Server::Impl::on_relay_socket_opened(const Now& now, AllocationHandle handle,
                                          const RelaySocketOpened& opened) {
  enter();
  Allocation* allocation = allocations_.find(handle);
  RelaySide* side = allocation != nullptr && allocation->opening()
                        ? waiting_side(*allocation, opened.family)
                        : nullptr;
  if (side == nullptr) {  // the client has gone meanwhile
    outbox_.push(CloseRelaySocket{opened.socket});
    return;
  }
  side->state = State::kOpen;
  side->family = opened.family;
  side->socket = opened.socket;
  side->advertised = opened.advertised;
  if (opened.reservation) allocation->reservation = opened.reservation;
  finish_allocate(now, *allocation);
}

void Server::Impl::on_relay_socket_failed(const Now& now, AllocationHandle handle,
                                          AddressFamily family, RelaySocketFailure failure) {
  enter();
  Allocation* allocation = allocations_.find(handle);
  if (allocation == nullptr || !allocation->opening()) return;
  RelaySide* side = waiting_side(*allocation, family);
  if (side == nullptr) return;
  side->state = State::kFailed;
  side->error = error_of(failure);
  finish_allocate(now, *allocation);
}

void Server::Impl::finish_allocate(const Now& now, Allocation& allocation) {
  if (any_in(allocation, State::kOpening)) return;
  const std::unique_ptr<PendingAllocate> pending = std::move(allocation.pending);
  const ReplyTarget reply{.to = allocation.client,
                          .method = stun::Method::kAllocate,
                          .id = allocation.created_by,
                          .fingerprint = pending->fingerprint,
                          .key = pending->reply_key};
  // RFC 8656 section 7.2: of two families, one is enough for success.
  if (any_in(allocation, State::kOpen)) return complete_allocate(now, allocation, reply);
  abandon_allocate(allocation, reply);
}

void Server::Impl::complete_allocate(const Now& now, Allocation& allocation,
                                     const ReplyTarget& reply) {
  allocation.started_s = unix_seconds(now.wall);
  allocation.expires = now.monotonic + seconds(allocation.lifetime_s);
  deadlines_.set(allocation.self, allocation.expires);
  count(Count::kAllocationsCreated);
  AllocationCreated created{.session = session_of(allocation),
                            .allocation = allocation.self,
                            .lifetime = seconds(allocation.lifetime_s),
                            .relayed = {},
                            .relayed_count = 0};
  for (const RelaySide& side : allocation.sides) {
    if (side.state == State::kOpen) created.relayed[created.relayed_count++] = side.advertised;
  }
  outbox_.push(created);
  send_allocated(reply, allocation);
  note_answered(session_of(allocation), stun::Method::kAllocate, std::nullopt);
}

void Server::Impl::abandon_allocate(Allocation& allocation, const ReplyTarget& target) {
  const stun::ErrorCode error = allocation.sides[0].error;
  Reply reply(reply_parts(), target, stun::MessageClass::kError);
  reply.add_error(error);
  if (!reply.send()) drop(DropReason::kReplyTooLarge);
  parts_.quotas.release(allocation.realm, allocation.quota_user(), allocation.reserved_bytes_per_s);
  parted_user_ = std::move(allocation.user);
  parted_realm_ = std::move(allocation.realm);
  allocations_.erase(allocation);
  note_answered({SessionId{}, parted_realm_, parted_user_, target.to}, stun::Method::kAllocate,
                error);
}

}  // namespace turnpike::turn
