// How many unauthenticated replies one source address may cause: a fixed table of token buckets,
// indexed by a keyed hash of the address (IPv4: whole; IPv6: its /64). Nothing is allocated for a
// stranger, and a spoofed victim gets at most the budget.
#pragma once

#include <cstdint>
#include <vector>

#include "base/hash.h"
#include "base/ip_address.h"
#include "base/time.h"
#include "base/token_bucket.h"

namespace turnpike::turn {

struct ChallengeLimiterSettings {
  std::uint32_t replies_per_s = 100;  // `unauthorized-ratelimit-rps`; 0 switches the limit off
  std::uint32_t burst = 500;          // what a source that was silent may cause at once
};

class ChallengeLimiter {
 public:
  static constexpr std::size_t kBuckets = 4096;
  /// `seed` decides which sources share a bucket, so nobody can choose a victim's companions.
  ChallengeLimiter(HashSeed seed, ChallengeLimiterSettings settings);
  /// True when a reply may be sent. UDP only: the address of a stream's client is proven.
  bool allow(const IpAddress& source, MonotonicTime now);

 private:
  TokenBucket& bucket_of(const IpAddress& source);

  HashSeed seed_;
  std::vector<TokenBucket> buckets_;  // kBuckets of them, or none when the limit is off
};

}  // namespace turnpike::turn
