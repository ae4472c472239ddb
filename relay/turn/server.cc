// The door: each call goes straight to Server::Impl, whose parts are named in server_impl.h.
#include "relay/turn/server.h"

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "relay/turn/server_impl.h"

namespace turnpike::turn {
namespace {

constexpr std::uint64_t kSessionsPerShard = 1'000'000'000'000'000;

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
bool Server::close_session(const Now& /*now*/, SessionId id, CloseReason reason) {
  return impl_->close_session(id, reason);
}
std::size_t Server::on_revoked(const Now& now, std::span<const credentials::Revocation> rules) {
  return impl_->on_revoked(now, rules);
}
void Server::on_revocation_lifted(credentials::RevocationKind kind, std::string_view value) {
  impl_->on_revocation_lifted(kind, value);
}
void Server::expire_revocations(WallTime now) {
  impl_->expire_revocations(now);
}
std::size_t Server::revocation_count() const {
  return impl_->revocation_count();
}
std::vector<SessionInfo> Server::sessions(MonotonicTime now, const SessionFilter& filter) const {
  return impl_->sessions(now, filter);
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
SessionId Server::session_at(const FiveTuple& tuple) const {
  return impl_->session_at(tuple);
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
      next_session_(parts.shard * kSessionsPerShard + 1),
      revocations_(policy->authenticator.separator()) {
  parts_.rng.fill(indication_prefix_);
}

void Server::Impl::set_policy(const Policy* policy) {
  // Who has spent his budget has spent it, whatever else has changed.
  if (policy->challenges != policy_->challenges) {
    challenges_ = ChallengeLimiter(parts_.seed, policy->challenges);
  }
  policy_ = policy;
}

void Server::Impl::enter() {
  CHECK(outbox_.empty());
}

stun::TransactionId Server::Impl::next_indication_id() {
  stun::TransactionId id;
  std::copy(indication_prefix_.begin(), indication_prefix_.end(), id.bytes.begin());
  store_be64(id.bytes.data() + indication_prefix_.size(), next_indication_++);
  return id;
}

}  // namespace turnpike::turn
