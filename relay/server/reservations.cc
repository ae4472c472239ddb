#include "relay/server/reservations.h"

#include <algorithm>

#include "base/digests.h"

namespace turnpike::server {

std::optional<turn::ReservationToken> Reservations::add(net::Fd socket,
                                                        const RelayedAddress& address, Rng& rng,
                                                        MonotonicTime now) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= kMax) return std::nullopt;
  turn::ReservationToken token;
  rng.fill(token.value);
  entries_.push_back({token, {std::move(socket), address}, now + kLifetime});
  return token;
}

std::optional<Reservations::Reserved> Reservations::claim(const turn::ReservationToken& token,
                                                          MonotonicTime now) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
    return e.expires > now && equal_constant_time(e.token.value, token.value);
  });
  if (found == entries_.end()) return std::nullopt;
  Reserved reserved = std::move(found->reserved);
  entries_.erase(found);
  return reserved;
}

std::vector<RelayedAddress> Reservations::expire(MonotonicTime now) {
  const std::lock_guard lock(mutex_);
  const auto fresh = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& e) { return e.expires > now; });
  std::vector<RelayedAddress> freed;
  for (auto it = entries_.begin(); it != fresh; ++it) freed.push_back(it->reserved.address);
  entries_.erase(entries_.begin(), fresh);
  return freed;
}

}  // namespace turnpike::server
