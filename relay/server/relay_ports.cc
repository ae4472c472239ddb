#include "relay/server/relay_ports.h"

#include <algorithm>

#include "base/check.h"

namespace turnpike::server {
namespace {

std::optional<std::uint16_t> take_from(net::PortPool& pool, turn::PortWish wish, Rng& rng,
                                       MonotonicTime now) {
  switch (wish) {
    case turn::PortWish::kAny:
      return pool.take_any(rng, now);
    case turn::PortWish::kEven:
      return pool.take_even(rng, now);
    case turn::PortWish::kEvenAndNext:
      return pool.take_even_pair(rng, now);
    case turn::PortWish::kReserved:
      break;
  }
  CHECK(false);
  return std::nullopt;
}

}  // namespace

RelayPorts::RelayPorts(const RelayPortsSettings& settings) {
  for (const IpAddress& ip : settings.addresses) {
    PerAddress& entry = addresses_.emplace_back();
    entry.ip = ip;
    for (unsigned shard = 0; shard < settings.shards; ++shard) {
      entry.parts.push_back(std::make_unique<Part>(settings, shard));
    }
  }
}

std::optional<RelayedAddress> RelayPorts::take_on(PerAddress& entry, const RelayPortWish& wish,
                                                  Rng& rng, MonotonicTime now) {
  for (std::size_t part = 0; part < entry.parts.size(); ++part) {
    Part& candidate = *entry.parts[(wish.shard + part) % entry.parts.size()];
    const std::lock_guard lock(candidate.mutex);
    if (const auto port = take_from(candidate.pool, wish.port, rng, now)) {
      return RelayedAddress{{entry.ip, *port}};
    }
  }
  return std::nullopt;
}

std::optional<RelayedAddress> RelayPorts::take(const RelayPortWish& wish, Rng& rng,
                                               MonotonicTime now) {
  if (wish.preferred && wish.preferred->family() == wish.family) {
    for (PerAddress& entry : addresses_) {
      if (entry.ip != *wish.preferred) continue;
      if (const auto taken = take_on(entry, wish, rng, now)) return taken;
    }
  }
  const std::size_t start = addresses_.empty() ? 0 : rng.below(addresses_.size());
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    PerAddress& entry = addresses_[(start + i) % addresses_.size()];
    if (entry.ip.family() != wish.family) continue;
    if (const auto taken = take_on(entry, wish, rng, now)) return taken;
  }
  return std::nullopt;
}

void RelayPorts::give_back(const RelayedAddress& address, MonotonicTime now) {
  const auto entry =
      std::find_if(addresses_.begin(), addresses_.end(),
                   [&](const PerAddress& candidate) { return candidate.ip == address.value.ip; });
  CHECK(entry != addresses_.end());
  for (const auto& part : entry->parts) {
    const std::lock_guard lock(part->mutex);
    if (!part->pool.owns(address.value.port)) continue;
    part->pool.give_back(address.value.port, now);
    return;
  }
  CHECK(false);
}

std::size_t RelayPorts::owned_count() const {
  std::size_t sum = 0;
  for (const PerAddress& entry : addresses_) {
    for (const auto& part : entry.parts) sum += part->pool.owned_count();
  }
  return sum;
}

std::size_t RelayPorts::free_count() const {
  std::size_t sum = 0;
  for (const PerAddress& entry : addresses_) {
    for (const auto& part : entry.parts) {
      const std::lock_guard lock(part->mutex);
      sum += part->pool.free_count();
    }
  }
  return sum;
}

std::size_t RelayPorts::used_count() const {
  std::size_t sum = 0;
  for (const PerAddress& entry : addresses_) {
    for (const auto& part : entry.parts) {
      const std::lock_guard lock(part->mutex);
      sum += part->pool.owned_count() - part->pool.free_count() - part->pool.resting_count();
    }
  }
  return sum;
}

}  // namespace turnpike::server
