// ChannelBind (RFC 8656 section 12.2): binds a channel to a peer, or keeps it bound.
#include <span>

#include "relay/stun/channel_data.h"
#include "relay/turn/server_impl.h"

namespace turnpike::turn {
namespace {

using stun::ErrorCode;

bool valid_number(std::uint16_t number, bool legacy) {
  return number >= stun::kChannelMin &&
         number <= (legacy ? stun::kLegacyChannelMax : stun::kChannelMax);
}

/// Binding and time both count: what has expired may be bound anew.
bool bound_otherwise(const ChannelTable& channels, MonotonicTime now, std::uint16_t number,
                     const PeerAddress& peer) {
  const Channel* by_number = channels.find(number);
  if (by_number != nullptr && by_number->live(now) && by_number->peer != peer) return true;
  const Channel* by_peer = channels.find(peer);
  return by_peer != nullptr && by_peer->live(now) && by_peer->number != number;
}

}  // namespace

void Server::Impl::on_channel_bind(Call& call, const ChannelBindRequest& request) {
  if (const auto error = check_owner(call)) return refuse(call, *error);
  if (!request.number || !request.peer ||
      !valid_number(*request.number, policy_->legacy_channel_numbers)) {
    return refuse(call, ErrorCode::kBadRequest);
  }
  Allocation& allocation = *call.allocation;
  const MonotonicTime now = call.now.monotonic;
  const PeerAddress internal = resolve(*request.peer).internal;
  if (bound_otherwise(allocation.channels, now, *request.number, internal)) {
    return refuse(call, ErrorCode::kBadRequest);
  }
  const auto peer = admit_peer(call, *request.peer);
  if (!peer) return refuse(call, peer.error());
  if (const auto error = check_room(allocation, now, std::span(&*peer, 1))) {
    return refuse(call, *error);
  }
  if (!bind_channel(call, *request.number, internal)) {
    return refuse(call, ErrorCode::kInsufficientCapacity);
  }
  install_permission(call, *peer);
  Reply reply = success(call);
  send(call, reply);
  note_answered(session_of(call), call.head.method, std::nullopt);
}

/// False when the allocation has as many channels as it may.
bool Server::Impl::bind_channel(const Call& call, std::uint16_t number, const PeerAddress& peer) {
  Allocation& allocation = *call.allocation;
  drop_expired_channels(allocation, call.now.monotonic);
  if (allocation.channels.find(number) == nullptr &&
      allocation.channels.size() >= policy_->limits.max_channels) {
    return false;
  }
  const Channel channel{peer, number, call.now.monotonic + policy_->lifetimes.channel};
  allocation.channels.put(channel);
  deadlines_.set_no_later(allocation.self, channel.expires);
  count(Count::kChannelBindings);
  outbox_.push(ChannelOpened{allocation.self, number, peer, channel.expires});
  outbox_.push(ChannelChanged{session_of(allocation), peer, number, policy_->lifetimes.channel});
  return true;
}

}  // namespace turnpike::turn
