#include "tests/sim/oracle.h"

namespace turnpike::sim {

using stun::Method;
using test::kListenerIp;
using test::kRelayAdvertised;
using test::kRelayInternal;
using test::kRelayV6;
using turn::DropReason;

bool Oracle::is_own(const IpAddress& ip) {
  return ip == kRelayInternal || ip == kRelayAdvertised || ip == kRelayV6 || ip == kListenerIp;
}

Endpoint Oracle::to_internal(const Endpoint& named) {
  return named.ip == kRelayAdvertised ? Endpoint{kRelayInternal, named.port} : named;
}

bool Oracle::is_forbidden(const IpAddress& ip) {
  if (ip.is_v6()) return ip.is_loopback() || ip.bytes()[0] == 0xfd;
  const std::uint8_t first = ip.bytes()[0];
  return !is_own(ip) && (first == 127 || first == 10 || first == 0 || first >= 224);
}

const Oracle::Allocation* Oracle::live(std::size_t client) const {
  const auto found = allocations_.find(client);
  return found != allocations_.end() && now() < found->second.expires ? &found->second : nullptr;
}

std::optional<std::string> Oracle::note_reply(std::size_t client, const Intent& intent,
                                              const test::ParsedReply& reply) {
  if (reply.method != intent.method) return "a reply to another method";
  if (!reply.success() || intent.method == Method::kBinding) return std::nullopt;
  if (intent.method == Method::kAllocate) return note_allocated(client, intent, reply);
  if (live(client) == nullptr) return "success without an allocation";
  Allocation& allocation = allocations_.at(client);
  if (allocation.user != intent.user) return "success for somebody else's allocation";
  if (intent.method != Method::kRefresh) return note_peers(allocation, intent);
  if (intent.lifetime_s == 0U) {
    allocations_.erase(client);
  } else {
    allocation.expires = now() + seconds(reply.lifetime.value_or(0));
  }
  return std::nullopt;
}

std::optional<std::string> Oracle::note_allocated(std::size_t client, const Intent& intent,
                                                  const test::ParsedReply& reply) {
  if (const Allocation* existing = live(client)) {
    const bool again = existing->created_by == reply.id && existing->relayed == reply.relayed;
    return again ? std::nullopt : std::optional<std::string>("a second allocation on a 5-tuple");
  }
  if (reply.relayed.empty() || !reply.lifetime) return "an allocation without address or lifetime";
  Allocation allocation;
  allocation.created_by = reply.id;
  allocation.user = intent.user;
  allocation.expires = now() + seconds(*reply.lifetime);
  allocation.relayed = reply.relayed;
  for (const Endpoint& relayed : reply.relayed) allocation.families.insert(relayed.ip.family());
  allocations_[client] = std::move(allocation);
  return std::nullopt;
}

std::optional<std::string> Oracle::note_peers(Allocation& allocation, const Intent& intent) {
  for (const Endpoint& named : intent.peers) {
    const Endpoint internal = to_internal(named);
    if (is_forbidden(named.ip)) return "a permission for " + named.ip.to_string();
    const bool own = is_own(named.ip);
    if (own && world_.find_socket(internal) == nullptr) {
      return "a permission for our own " + named.to_string() + ", where nobody is";
    }
    if (!allocation.families.contains(internal.ip.family())) return "a peer of another family";
    allocation.permissions[internal.ip] = {now() + seconds(300), named != internal, own};
    if (intent.method != Method::kChannelBind) continue;
    for (const auto& [number, channel] : allocation.channels) {
      const bool same = number == intent.channel && channel.peer == internal;
      const bool clash = number == intent.channel || channel.peer == internal;
      if (clash && !same && now() < channel.expires) return "a channel or peer bound twice";
    }
    allocation.channels[intent.channel] = {internal, now() + seconds(600)};
  }
  return std::nullopt;
}

DropReason Oracle::expect_to(const Allocation& allocation, const Endpoint& internal) const {
  if (!allocation.families.contains(internal.ip.family())) return DropReason::kPeerFamilyMismatch;
  const auto permission = allocation.permissions.find(internal.ip);
  if (permission == allocation.permissions.end() || now() >= permission->second.expires) {
    return DropReason::kNoPermission;
  }
  if (permission->second.own && world_.find_socket(internal) == nullptr) {
    return DropReason::kPeerDenied;
  }
  return DropReason::kNone;
}

DropReason Oracle::expect_send(std::size_t client, const Endpoint& named) const {
  const Allocation* allocation = live(client);
  return allocation == nullptr ? DropReason::kNoAllocation
                               : expect_to(*allocation, to_internal(named));
}

DropReason Oracle::expect_channel(std::size_t client, std::uint16_t number) const {
  const Allocation* allocation = live(client);
  if (allocation == nullptr) return DropReason::kNoAllocation;
  const auto channel = allocation->channels.find(number);
  if (channel == allocation->channels.end() || now() >= channel->second.expires) {
    return DropReason::kNoChannel;
  }
  return expect_to(*allocation, channel->second.peer);
}

Endpoint Oracle::channel_peer(std::size_t client, std::uint16_t number) const {
  return allocations_.at(client).channels.at(number).peer;
}

Oracle::FromPeer Oracle::expect_from_peer(std::size_t client, const Endpoint& from) const {
  const Allocation* allocation = live(client);
  if (allocation == nullptr) return {DropReason::kNoAllocation, 0, from};
  const auto permission = allocation->permissions.find(from.ip);
  if (permission == allocation->permissions.end() || now() >= permission->second.expires) {
    return {DropReason::kNoPermission, 0, from};
  }
  FromPeer expected{DropReason::kNone, 0, from};
  if (permission->second.advertised && from.ip == kRelayInternal) {
    expected.shown.ip = kRelayAdvertised;
  }
  for (const auto& [number, channel] : allocation->channels) {
    if (channel.peer == from && now() < channel.expires) expected.channel = number;
  }
  return expected;
}

}  // namespace turnpike::sim
