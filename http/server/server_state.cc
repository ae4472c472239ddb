#include "http/server/server_state.h"

#include <algorithm>

namespace turnpike::http {
namespace {

/// One customer is one IPv4 address or one IPv6 /64.
IpAddress limited_as(const IpAddress& address) {
  const IpAddress plain = unmapped(address);
  if (plain.is_v4()) return plain;
  std::array<std::uint8_t, 16> network{};
  const Bytes bytes = plain.bytes();
  std::copy(bytes.begin(), bytes.begin() + 8, network.begin());
  return IpAddress::v6(network);
}

}  // namespace

std::optional<std::uint64_t> ServerState::enter(const std::optional<IpAddress>& address) {
  const Limits& limits = settings_.limits;
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= limits.connections) return std::nullopt;
  Entry entry;
  if (address && limits.connections_per_address > 0) {
    entry.address = limited_as(*address);
    std::size_t& open = per_address_[*entry.address];
    if (open >= limits.connections_per_address) return std::nullopt;
    ++open;
  }
  entries_.emplace(next_id_, std::move(entry));
  return next_id_++;
}

void ServerState::leave(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto at = entries_.find(id);
  if (at == entries_.end()) return;
  if (at->second.address) {
    const auto count = per_address_.find(*at->second.address);
    if (count != per_address_.end() && --count->second == 0) per_address_.erase(count);
  }
  entries_.erase(at);
  if (entries_.empty()) empty_.notify_all();
}

void ServerState::attach(std::uint64_t id, const std::weak_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex_);
  const auto at = entries_.find(id);
  if (at != entries_.end()) at->second.connection = connection;
}

std::size_t ServerState::open() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::vector<std::shared_ptr<Connection>> ServerState::connections() const {
  std::vector<std::shared_ptr<Connection>> all;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, entry] : entries_) {
    if (auto connection = entry.connection.lock()) all.push_back(std::move(connection));
  }
  return all;
}

bool ServerState::wait_until_empty(std::chrono::milliseconds deadline) {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, deadline, [this] { return entries_.empty(); });
}

}  // namespace turnpike::http
