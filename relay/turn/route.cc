// The data path: says where a packet goes. It allocates nothing, has no effects and locks nothing;
// what it changes are counters and the buckets of the bandwidth limit.
#include <algorithm>

#include "relay/stun/channel_data.h"
#include "relay/stun/data_indication.h"
#include "relay/turn/server_impl.h"

namespace turnpike::turn {

ClientRoute Server::Impl::route_channel_data(MonotonicTime now, const FiveTuple& from,
                                             Bytes frame) {
  const auto data = stun::parse_channel_data(frame);
  if (!data) return dropped(DropReason::kMalformedChannelData);
  Allocation* allocation = find_live(from, now);
  if (allocation == nullptr) return dropped(DropReason::kNoAllocation);
  ++allocation->total.received_packets;
  allocation->total.received_bytes += frame.size();
  const Channel* channel = allocation->channels.find(data->number);
  if (channel == nullptr || !channel->live(now)) return dropped(DropReason::kNoChannel);
  return route_to_peer(now, *allocation, channel->peer, data->data);
}

ClientRoute Server::Impl::route_send_indication(MonotonicTime now, const FiveTuple& from,
                                                Bytes message) {
  const auto view = stun::MessageView::parse(message);
  const auto indication = view ? decode_send_indication(*view) : std::nullopt;
  if (!indication) return dropped(DropReason::kMalformedStun);
  Allocation* allocation = find_live(from, now);
  if (allocation == nullptr) return dropped(DropReason::kNoAllocation);
  ++allocation->total.received_packets;
  allocation->total.received_bytes += message.size();
  ClientRoute route =
      route_to_peer(now, *allocation, resolve(indication->peer).internal, indication->data);
  route.dont_fragment = indication->dont_fragment;
  return route;
}

/// RFC 8656 sections 9, 11.2 and 12.6: nothing goes to a peer without a permission.
ClientRoute Server::Impl::route_to_peer(MonotonicTime now, Allocation& allocation,
                                        const PeerAddress& peer, Bytes payload) {
  const RelaySide* side = allocation.open_side(peer.value.ip.family());
  if (side == nullptr) return dropped(DropReason::kPeerFamilyMismatch);
  const Permission* permission = allocation.permissions.find_live(peer.value.ip, now);
  if (permission == nullptr) return dropped(DropReason::kNoPermission);
  // The permission is for an address; behind one of ours, the allocation that was at the port may
  // have gone, and something else may be at other ports.
  if (permission->needs_live_port && !parts_.addresses.is_reachable(peer.value)) {
    return dropped(DropReason::kPeerDenied);
  }
  if (!allocation.from_client.take(now, payload.size())) {
    return dropped(DropReason::kBandwidthLimit);
  }
  ++allocation.total.peer_sent_packets;
  allocation.total.peer_sent_bytes += payload.size();
  note_relayed(allocation);
  count(Count::kClientPackets);
  count(Count::kClientBytes, payload.size());
  return {.socket = side->socket, .peer = peer, .payload = payload};
}

PeerRoute Server::Impl::route_from_peer(MonotonicTime now, AllocationHandle handle,
                                        const PeerAddress& from, std::size_t size) {
  Allocation* allocation = allocations_.find(handle);
  if (allocation == nullptr || !allocation->live(now)) {
    return dropped_from_peer(DropReason::kNoAllocation);
  }
  ++allocation->total.peer_received_packets;
  allocation->total.peer_received_bytes += size;
  const Permission* permission = allocation->permissions.find_live(from.value.ip, now);
  if (permission == nullptr) return dropped_from_peer(DropReason::kNoPermission);
  const Channel* channel = allocation->channels.find(from);
  const bool in_channel = channel != nullptr && channel->live(now);
  PeerRoute route{.channel = in_channel ? channel->number : std::uint16_t{0},
                  .client = &allocation->client,
                  .shown_peer = from};
  if (permission->shown_advertised) {
    route.shown_peer.value.ip = parts_.addresses.to_advertised(from.value.ip);
  }
  const AddressFamily family = route.shown_peer.value.ip.family();
  const std::size_t longest = in_channel ? UINT16_MAX : stun::max_data_indication_payload(family);
  if (size > longest) return dropped_from_peer(DropReason::kTooLarge);
  if (!allocation->to_client.take(now, size)) {
    return dropped_from_peer(DropReason::kBandwidthLimit);
  }
  note_sent(*allocation, size + (in_channel ? stun::kChannelHeaderSize
                                            : stun::data_indication_prefix_size(family)));
  note_relayed(*allocation);
  count(Count::kPeerPackets);
  count(Count::kPeerBytes, size);
  return route;
}

ClientRoute Server::Impl::dropped(DropReason reason) {
  drop(reason);
  ClientRoute route;
  route.drop = reason;
  return route;
}

PeerRoute Server::Impl::dropped_from_peer(DropReason reason) {
  drop(reason);
  PeerRoute route;
  route.drop = reason;
  return route;
}

Allocation* Server::Impl::find_live(const FiveTuple& tuple, MonotonicTime now) {
  Allocation* allocation = allocations_.find(tuple);
  return allocation != nullptr && allocation->live(now) ? allocation : nullptr;
}

}  // namespace turnpike::turn
