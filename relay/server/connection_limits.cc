#include "relay/server/connection_limits.h"

#include <algorithm>

#include "base/check.h"

namespace turnpike::server {
namespace {

IpAddress limited_address(const IpAddress& client) {
  if (client.is_v4()) return client;
  std::array<std::uint8_t, 16> network{};
  std::copy_n(client.bytes().begin(), 8, network.begin());
  return IpAddress::v6(network);
}

}  // namespace

ConnectionLimits::ConnectionLimits(HashSeed seed, std::uint32_t max_per_address)
    : max_per_address_(max_per_address), open_(0, KeyedHasher{seed}) {}

bool ConnectionLimits::acquire(const IpAddress& client) {
  if (max_per_address_ == 0) return true;
  const std::lock_guard lock(mutex_);
  std::uint32_t& open = open_[limited_address(client)];
  if (open >= max_per_address_) return false;
  ++open;
  return true;
}

void ConnectionLimits::release(const IpAddress& client) {
  if (max_per_address_ == 0) return;
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(limited_address(client));
  CHECK(found != open_.end());
  if (--found->second == 0) open_.erase(found);
}

}  // namespace turnpike::server
