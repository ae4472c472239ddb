// How permissions, channels and allocations end: by time, by the client's leaving, by order.
#include <algorithm>
#include <vector>

#include "base/check.h"
#include "relay/turn/server_impl.h"
#include "relay/turn/usage.h"

namespace turnpike::turn {

void Server::Impl::on_client_gone(const FiveTuple& tuple) {
  enter();
  Allocation* allocation = allocations_.find(tuple);
  if (allocation != nullptr) delete_allocation(*allocation, CloseReason::kClientGone);
}

void Server::Impl::on_deadline(const Now& now) {
  enter();
  while (deadlines_.earliest() <= now.monotonic) {
    Allocation* allocation = allocations_.find(deadlines_.top().allocation);
    CHECK(allocation != nullptr);
    sweep(now, *allocation);
  }
}

void Server::Impl::sweep(const Now& now, Allocation& allocation) {
  if (allocation.expires <= now.monotonic) {
    return delete_allocation(allocation, CloseReason::kExpired);
  }
  drop_expired_channels(allocation, now.monotonic);
  drop_expired_permissions(allocation, now.monotonic);
  deadlines_.set(allocation.self, earliest_deadline(allocation));
}

void Server::Impl::drop_expired_channels(Allocation& allocation, MonotonicTime now) {
  const auto& channels = allocation.channels.all();
  for (std::size_t i = channels.size(); i-- > 0;) {
    const Channel channel = channels[i];
    if (channel.live(now)) continue;
    allocation.channels.erase(channel.number);
    outbox_.push(ChannelClosed{allocation.self, channel.number});
    outbox_.push(ChannelChanged{session_of(allocation), channel.peer, channel.number, seconds(0)});
  }
}

void Server::Impl::drop_expired_permissions(Allocation& allocation, MonotonicTime now) {
  const auto& permissions = allocation.permissions.all();
  for (std::size_t i = permissions.size(); i-- > 0;) {
    const Permission permission = permissions[i];
    if (permission.live(now)) continue;
    allocation.permissions.erase(permission.peer);
    outbox_.push(PermissionChanged{session_of(allocation), permission.peer, seconds(0)});
  }
}

MonotonicTime Server::Impl::earliest_deadline(const Allocation& allocation) const {
  MonotonicTime earliest = allocation.expires;
  for (const Channel& channel : allocation.channels.all()) {
    earliest = std::min(earliest, channel.expires);
  }
  for (const Permission& permission : allocation.permissions.all()) {
    earliest = std::min(earliest, permission.expires);
  }
  return earliest;
}

bool Server::Impl::close_allocation(AllocationHandle handle, CloseReason reason) {
  enter();
  Allocation* allocation = allocations_.find(handle);
  if (allocation == nullptr) return false;
  delete_allocation(*allocation, reason);
  return true;
}

void Server::Impl::shut_down() {
  enter();
  std::vector<AllocationHandle> all;
  allocations_.for_each([&](const Allocation& allocation) { all.push_back(allocation.self); });
  for (const AllocationHandle handle : all) {
    delete_allocation(*allocations_.find(handle), CloseReason::kShutdown);
  }
}

namespace {

AllocationDeleted obituary(Allocation& allocation, CloseReason reason) {
  AllocationDeleted deleted{.id = allocation.session,
                            .realm = allocation.realm,
                            .user = allocation.user,
                            .client = allocation.client,
                            .reason = reason,
                            .total = allocation.total,
                            .since_report = difference(allocation.total, allocation.reported.get()),
                            .relayed = {},
                            .relayed_count = 0,
                            .started_s = allocation.started_s,
                            .peers = std::move(allocation.peers),
                            .permissions = allocation.permissions_installed};
  for (const RelaySide& side : allocation.sides) {
    if (side.state != RelaySide::State::kOpen) continue;
    deleted.relayed[deleted.relayed_count++] = side.advertised;
  }
  return deleted;
}

/// A stream serves one allocation; when that is over and the client did not say so itself, the
/// stream is, too.
bool closes_client(const Allocation& allocation, CloseReason reason) {
  if (allocation.client.tuple.transport == Transport::kUdp) return false;
  switch (reason) {
    case CloseReason::kExpired:
    case CloseReason::kRelaySocketLost:
    case CloseReason::kKilled:
    case CloseReason::kRevoked:
    case CloseReason::kShutdown:
      return true;
    case CloseReason::kRefreshedToZero:
    case CloseReason::kClientGone:
      return false;
  }
  return false;
}

}  // namespace

void Server::Impl::delete_allocation(Allocation& allocation, CloseReason reason) {
  close_channels(allocation);
  if (!allocation.opening()) {
    deadlines_.erase(allocation.self);
    count(Count::kAllocationsDeleted);
    outbox_.push(obituary(allocation, reason));
  }
  for (const RelaySide& side : allocation.sides) {
    if (side.state == RelaySide::State::kOpen) outbox_.push(CloseRelaySocket{side.socket});
  }
  if (closes_client(allocation, reason)) outbox_.push(CloseClient{allocation.client});
  parts_.quotas.release(allocation.realm, allocation.quota_user(), allocation.reserved_bytes_per_s);
  allocations_.erase(allocation);
}

void Server::Impl::close_channels(Allocation& allocation) {
  for (const Channel& channel : allocation.channels.all()) {
    outbox_.push(ChannelClosed{allocation.self, channel.number});
  }
}

}  // namespace turnpike::turn
