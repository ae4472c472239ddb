// Which peers an allocation may be opened to, for CreatePermission and ChannelBind alike. The lists
// are PeerPolicy's; what is decided here is the case of our own addresses.
#include "relay/turn/server_impl.h"

namespace turnpike::turn {

using stun::ErrorCode;

/// RFC 8656 sections 5, 8.2, 10.2 and 12.2: an allocation must be there, and be the caller's.
std::optional<ErrorCode> Server::Impl::check_owner(const Call& call) const {
  if (call.allocation == nullptr) return ErrorCode::kAllocationMismatch;
  if (policy_->authentication && call.allocation->user != call.caller.user) {
    return ErrorCode::kWrongCredentials;
  }
  return std::nullopt;
}

ResolvedPeer Server::Impl::resolve(const PeerAddress& named) const {
  const IpAddress& ip = named.value.ip;
  ResolvedPeer peer{.internal = named};
  if (!parts_.addresses.is_own(ip)) return peer;
  peer.own = true;
  peer.internal.value.ip = parts_.addresses.to_internal(ip);
  peer.advertised = peer.internal.value.ip != ip;
  return peer;
}

/// An IPv6 address that leads back to one of our IPv4 addresses.
bool Server::Impl::hides_own_address(const IpAddress& ip) const {
  if (!ip.is_v6()) return false;
  const HiddenIpv4 hidden = hidden_ipv4(ip);
  for (std::size_t i = 0; i < hidden.count; ++i) {
    if (parts_.addresses.is_own(hidden.addresses[i])) return true;
  }
  return false;
}

Result<ResolvedPeer, ErrorCode> Server::Impl::admit_peer(const Call& call,
                                                         const PeerAddress& named) {
  // RFC 8656 sections 10.2 and 12.2.
  if (call.allocation->open_side(named.value.ip.family()) == nullptr) {
    return fail(ErrorCode::kPeerAddressFamilyMismatch);
  }
  ResolvedPeer peer = resolve(named);
  const PeerDecision decision = policy_->peers.check(peer.internal.value.ip);
  if (!peer.own) {
    const bool hidden = hides_own_address(named.value.ip);
    if (decision.allowed() && !hidden) return peer;
    deny(call, named, decision, hidden);
    return fail(ErrorCode::kForbidden);
  }
  // Two clients of this relay meet on its own addresses, whatever the lists say of those. The safe
  // policy opens nothing else there; Coturn's goes by its lists.
  const bool lists_open_it = !policy_->peers.guards_own_addresses() && decision.allowed();
  peer.needs_live_port = !lists_open_it;
  if (lists_open_it || parts_.addresses.is_reachable(peer.internal.value)) return peer;
  deny(call, named, decision, true);
  return fail(ErrorCode::kForbidden);
}

void Server::Impl::deny(const Call& call, const PeerAddress& named, const PeerDecision& decision,
                        bool own) {
  outbox_.push(PeerDenied{.session = session_of(*call.allocation),
                          .peer = named.value.ip,
                          .decision = decision,
                          .own_address = own,
                          .port = named.value.port});
}

/// 508 when the new peers do not fit. Permissions that have expired make room.
std::optional<ErrorCode> Server::Impl::check_room(const Allocation& allocation, MonotonicTime now,
                                                  std::span<const ResolvedPeer> peers) const {
  std::size_t live = 0;
  for (const Permission& permission : allocation.permissions.all()) live += permission.live(now);
  std::size_t added = 0;
  for (std::size_t i = 0; i < peers.size(); ++i) {
    const IpAddress& ip = peers[i].internal.value.ip;
    bool known = allocation.permissions.find_live(ip, now) != nullptr;
    for (std::size_t j = 0; j < i && !known; ++j) known = peers[j].internal.value.ip == ip;
    if (!known) ++added;
  }
  if (live + added <= policy_->limits.max_permissions) return std::nullopt;
  return ErrorCode::kInsufficientCapacity;
}

/// For the account of the allocation when it has ended.
void Server::Impl::note_peer(Allocation& allocation, const IpAddress& peer) {
  ++allocation.permissions_installed;
  std::vector<IpAddress>& peers = allocation.peers;
  if (peers.size() == kMaxNotedPeers || std::ranges::find(peers, peer) != peers.end()) return;
  peers.push_back(peer);
}

/// RFC 8656 section 9: installs it, or starts its time again.
void Server::Impl::install_permission(const Call& call, const ResolvedPeer& peer) {
  Allocation& allocation = *call.allocation;
  const Permission permission{.peer = peer.internal.value.ip,
                              .shown_advertised = peer.advertised,
                              .needs_live_port = peer.needs_live_port,
                              .expires = call.now.monotonic + policy_->lifetimes.permission};
  if (allocation.permissions.find(permission.peer) == nullptr) {
    note_peer(allocation, permission.peer);
  }
  allocation.permissions.put(permission);
  deadlines_.set_no_later(allocation.self, permission.expires);
  count(Count::kPermissions);
  outbox_.push(
      PermissionChanged{session_of(allocation), permission.peer, policy_->lifetimes.permission});
}

}  // namespace turnpike::turn
