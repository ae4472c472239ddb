// How many streams one client address may hold open, over all shards (IPv6: one /64). Control path
// only.
#pragma once

#include <cstdint>
#include <mutex>

#include "base/flat_map.h"
#include "base/ip_address.h"

namespace turnpike::server {

class ConnectionLimits {
 public:
  /// `max_per_address` 0: no limit.
  ConnectionLimits(HashSeed seed, std::uint32_t max_per_address);

  /// True: counted, and release() must follow. False: over the limit.
  bool acquire(const IpAddress& client);
  void release(const IpAddress& client);

 private:
  std::uint32_t max_per_address_;
  std::mutex mutex_;
  FlatMap<IpAddress, std::uint32_t> open_;
};

}  // namespace turnpike::server
