// Refresh (RFC 8656 section 8.2): a longer life, or the end of it.
#include <algorithm>

#include "relay/turn/server_impl.h"

namespace turnpike::turn {

void Server::Impl::on_refresh(Call& call, const RefreshRequest& request) {
  if (const auto error = check_owner(call)) return refuse(call, *error);
  Allocation& allocation = *call.allocation;
  const bool ends = request.lifetime_s == 0U;
  if (request.family) {
    // RFC 8656 section 8.2: the attribute must name a family that the allocation has.
    const auto family = static_cast<AddressFamily>(*request.family);
    if (allocation.open_side(family) == nullptr) {
      return refuse(call, stun::ErrorCode::kPeerAddressFamilyMismatch);
    }
    if (ends && remove_family(call, *request.family)) return reply_refreshed(call, 0);
  }
  if (ends) {
    // At once, so that an Allocate right behind this finds the 5-tuple free.
    delete_allocation(allocation, CloseReason::kRefreshedToZero);
    call.allocation = nullptr;
    return reply_refreshed(call, 0);
  }
  allocation.lifetime_s = granted_lifetime(request.lifetime_s);
  allocation.expires = call.now.monotonic + seconds(allocation.lifetime_s);
  deadlines_.set_no_later(allocation.self, allocation.expires);
  outbox_.push(AllocationRefreshed{session_of(allocation), seconds(allocation.lifetime_s)});
  reply_refreshed(call, allocation.lifetime_s);
}

/// RFC 8656 section 7.2: no less than the default, no more than the maximum.
std::uint32_t Server::Impl::granted_lifetime(std::optional<std::uint32_t> wish) const {
  const auto least = static_cast<std::uint32_t>(policy_->lifetimes.allocation_default.count());
  const auto most = static_cast<std::uint32_t>(policy_->lifetimes.allocation_max.count());
  return std::min(std::max(wish.value_or(least), least), most);
}

/// Ends one of two families; false when it is the only one. Permissions and channels of that family
/// end with it.
bool Server::Impl::remove_family(Call& call, std::uint8_t number) {
  Allocation& allocation = *call.allocation;
  const auto family = static_cast<AddressFamily>(number);
  const AddressFamily other =
      family == AddressFamily::kIpv4 ? AddressFamily::kIpv6 : AddressFamily::kIpv4;
  if (allocation.open_side(other) == nullptr) return false;
  const auto& channels = allocation.channels.all();
  for (std::size_t i = channels.size(); i-- > 0;) {
    const Channel channel = channels[i];
    if (channel.peer.value.ip.family() != family) continue;
    outbox_.push(ChannelClosed{allocation.self, channel.number});
    allocation.channels.erase(channel.number);
  }
  const auto& permissions = allocation.permissions.all();
  for (std::size_t i = permissions.size(); i-- > 0;) {
    const IpAddress peer = permissions[i].peer;
    if (peer.family() == family) allocation.permissions.erase(peer);
  }
  for (RelaySide& side : allocation.sides) {
    if (side.state != RelaySide::State::kOpen || side.family != family) continue;
    outbox_.push(CloseRelaySocket{side.socket});
    side = RelaySide{};
  }
  return true;
}

void Server::Impl::reply_refreshed(const Call& call, std::uint32_t lifetime_s) {
  Reply reply = success(call);
  reply.message().add_u32(stun::AttributeType::kLifetime, lifetime_s);
  send(call, reply);
  count(Count::kRefreshes);
  note_answered(session_of(call), call.head.method, std::nullopt);
}

}  // namespace turnpike::turn
