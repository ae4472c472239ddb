#include "relay/turn/server.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/check.h"
#include "relay/turn/server_impl.h"

namespace turnpike::turn {
namespace {

constexpr std::uint64_t kSessionsPerShard = 1'000'000'000'000'000;
constexpr std::uint32_t kPacketsPerReport = 4096;

}  // namespace

Server::Server(const ServerParts& parts, const Policy* policy, Outbox& outbox)
    : impl_(std::make_unique<Impl>(parts, policy, outbox)) {}
Server::~Server() = default;

void Server::set_policy(const Policy* policy) {
  impl_->set_policy(policy);
}
void Server::on_client_message(const Now& now, const ClientPath& from, Bytes message) {
  impl_->on_client_message(now, from, message);
}
void Server::on_relay_socket_opened(const Now& now, AllocationHandle allocation,
                                    const RelaySocketOpened& opened) {
  impl_->on_relay_socket_opened(now, allocation, opened);
}
void Server::on_relay_socket_failed(const Now& now, AllocationHandle allocation,
                                    AddressFamily family, RelaySocketFailure failure) {
  impl_->on_relay_socket_failed(now, allocation, family, failure);
}
void Server::on_client_gone(const Now& /*now*/, const FiveTuple& tuple) {
  impl_->on_client_gone(tuple);
}
void Server::on_peer_unreachable(const Now& now, AllocationHandle allocation,
                                 const PeerAddress& peer, std::uint8_t icmp_type,
                                 std::uint8_t icmp_code, std::uint32_t icmp_data) {
  impl_->on_peer_unreachable(now, allocation, peer, icmp_type, icmp_code, icmp_data);
}
void Server::on_deadline(const Now& now) {
  impl_->on_deadline(now);
}
MonotonicTime Server::next_deadline() const {
  return impl_->next_deadline();
}
void Server::report_usage() {
  impl_->report_usage();
}
bool Server::close_allocation(const Now& /*now*/, AllocationHandle allocation, CloseReason reason) {
  return impl_->close_allocation(allocation, reason);
}
void Server::shut_down(const Now& /*now*/) {
  impl_->shut_down();
}
ClientRoute Server::route_channel_data(MonotonicTime now, const FiveTuple& from, Bytes frame) {
  return impl_->route_channel_data(now, from, frame);
}
ClientRoute Server::route_send_indication(MonotonicTime now, const FiveTuple& from, Bytes message) {
  return impl_->route_send_indication(now, from, message);
}
PeerRoute Server::route_from_peer(MonotonicTime now, AllocationHandle allocation,
                                  const PeerAddress& from, std::size_t size) {
  return impl_->route_from_peer(now, allocation, from, size);
}
std::uint32_t Server::allocation_count() const {
  return impl_->allocation_count();
}
stun::TransactionId Server::next_indication_id() {
  return impl_->next_indication_id();
}
bool Server::check_consistent() const {
  return impl_->check_consistent();
}

Server::Impl::Impl(const ServerParts& parts, const Policy* policy, Outbox& outbox)
    : parts_(parts),
      policy_(policy),
      outbox_(outbox),
      challenges_(parts.seed, policy->challenges),
      allocations_(parts.seed, policy->limits.max_allocations),
      next_session_(parts.shard * kSessionsPerShard + 1) {
  parts_.rng.fill(indication_prefix_);
}

void Server::Impl::set_policy(const Policy* policy) {
  policy_ = policy;
  challenges_ = ChallengeLimiter(parts_.seed, policy->challenges);
}

void Server::Impl::enter() {
  CHECK(outbox_.empty());
}

void Server::Impl::on_client_message(const Now& now, const ClientPath& from, Bytes message) {
  enter();
  const auto classic = policy_->classic_stun ? stun::Classic::kAllow : stun::Classic::kRefuse;
  const auto view = stun::MessageView::parse(message, classic);
  if (!view) return drop(DropReason::kMalformedStun);
  switch (view->message_class()) {
    case stun::MessageClass::kRequest:
      return on_request(now, from, *view);
    case stun::MessageClass::kIndication:
      // RFC 8489 section 6.3.2: a Binding indication keeps a NAT's binding alive and asks nothing.
      if (view->method() != stun::Method::kBinding) drop(DropReason::kUnexpectedMessage);
      return;
    case stun::MessageClass::kSuccess:
    case stun::MessageClass::kError:
      // Answering an answer is how two servers come to talk to each other for ever.
      return drop(DropReason::kUnexpectedMessage);
  }
}

void Server::Impl::on_request(const Now& now, const ClientPath& from,
                              const stun::MessageView& message) {
  const auto request = decode_request(message);
  // RFC 8489 section 6.3: what this server has no method for is discarded in silence.
  if (!request || !serves(*request)) return drop(DropReason::kUnknownMethod);
  if (request->head.method == stun::Method::kBinding) count(Count::kBindingRequests);
  Call call{.now = now,
            .head = request->head,
            .reply = {.to = from,
                      .method = request->head.method,
                      .id = request->head.id,
                      .classic = request->head.classic,
                      .fingerprint = request->head.fingerprint,
                      .key = std::nullopt},
            .caller = {},
            .allocation = find_live(from.tuple, now.monotonic),
            .size = message.bytes().size()};
  if (call.allocation != nullptr) {
    ++call.allocation->total.received_packets;
    call.allocation->total.received_bytes += call.size;
  }
  if (needs_authentication(*request)) {
    const auto caller = find_caller(call, message);
    if (!caller) return refuse_caller(call, caller.error());
    call.caller = *caller;
    call.reply.key = caller->reply_key;
  }
  // RFC 8489 section 6.3.1: after authentication and before anything else.
  if (!request->head.unknown.empty()) return refuse_unknown(call, request->head.unknown.view());
  if (request->head.malformed) return refuse(call, stun::ErrorCode::kBadRequest);
  dispatch(call, request->body);
}

bool Server::Impl::serves(const Request& request) const {
  if (std::holds_alternative<BindingRequest>(request.body)) return policy_->serve_binding;
  return policy_->serve_turn && !request.head.classic;
}

bool Server::Impl::needs_authentication(const Request& request) const {
  if (std::holds_alternative<BindingRequest>(request.body)) return policy_->binding_needs_auth;
  return policy_->authentication;
}

Result<Caller, Denial> Server::Impl::find_caller(const Call& call,
                                                 const stun::MessageView& message) const {
  KnownCaller known;
  if (call.allocation != nullptr) {
    known = {call.allocation->user, call.allocation->realm, call.allocation->known_key};
  }
  return authenticate({.policy = *policy_,
                       .digests = parts_.digests,
                       .client = call.from().tuple.client,
                       .wall = call.now.wall,
                       .known = known.key.key.size > 0 ? &known : nullptr},
                      message, call.head);
}

void Server::Impl::dispatch(Call& call, const RequestBody& body) {
  struct Visitor {
    Impl& impl;
    Call& call;
    void operator()(const BindingRequest&) const { impl.on_binding(call); }
    void operator()(const AllocateRequest& request) const { impl.on_allocate(call, request); }
    void operator()(const RefreshRequest& request) const { impl.on_refresh(call, request); }
    void operator()(const CreatePermissionRequest& request) const {
      impl.on_create_permission(call, request);
    }
    void operator()(const ChannelBindRequest& request) const {
      impl.on_channel_bind(call, request);
    }
  };
  std::visit(Visitor{*this, call}, body);
}

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

Usage difference(const Usage& total, const Usage* before) {
  if (before == nullptr) return total;
  return {
      .received_packets = total.received_packets - before->received_packets,
      .received_bytes = total.received_bytes - before->received_bytes,
      .sent_packets = total.sent_packets - before->sent_packets,
      .sent_bytes = total.sent_bytes - before->sent_bytes,
      .peer_received_packets = total.peer_received_packets - before->peer_received_packets,
      .peer_received_bytes = total.peer_received_bytes - before->peer_received_bytes,
      .peer_sent_packets = total.peer_sent_packets - before->peer_sent_packets,
      .peer_sent_bytes = total.peer_sent_bytes - before->peer_sent_bytes,
  };
}

AllocationDeleted obituary(const Allocation& allocation, CloseReason reason) {
  AllocationDeleted deleted{.id = allocation.session,
                            .realm = allocation.realm,
                            .user = allocation.user,
                            .client = allocation.client,
                            .reason = reason,
                            .total = allocation.total,
                            .since_report = difference(allocation.total, allocation.reported.get()),
                            .relayed = {},
                            .relayed_count = 0};
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

void Server::Impl::report_usage() {
  if (due_report_count_ == 0) return;
  enter();
  for (const AllocationHandle handle : std::span(due_reports_).first(due_report_count_)) {
    Allocation* allocation = allocations_.find(handle);
    if (allocation == nullptr) continue;
    outbox_.push(UsageReport{session_of(*allocation),
                             difference(allocation->total, allocation->reported.get())});
    allocation->reported = std::make_unique<Usage>(allocation->total);
    allocation->packets_since_report = 0;
    allocation->report_noted = false;
  }
  due_report_count_ = 0;
}

void Server::Impl::note_relayed(Allocation& allocation) {
  allocation.packets_since_report += 2;  // one in, one out
  if (allocation.packets_since_report < kPacketsPerReport || allocation.report_noted) return;
  if (due_report_count_ == due_reports_.size()) return;
  due_reports_[due_report_count_++] = allocation.self;
  allocation.report_noted = true;
}

stun::TransactionId Server::Impl::next_indication_id() {
  stun::TransactionId id;
  std::copy(indication_prefix_.begin(), indication_prefix_.end(), id.bytes.begin());
  store_be64(id.bytes.data() + indication_prefix_.size(), next_indication_++);
  return id;
}

}  // namespace turnpike::turn
