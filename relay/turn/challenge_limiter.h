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
  /// `unauthorized-ratelimit-rps`; 0 switches the limit off. The default lets an office of
  /// thousands behind one address start its day, and a spoofed victim gets less than 40 kB/s.
  std::uint32_t replies_per_s = 500;
  std::uint32_t burst = 2000;  // what a source that was silent may cause at once
  friend bool operator==(const ChallengeLimiterSettings&,
                         const ChallengeLimiterSettings&) = default;
};

/// For the metrics page; counted since the start.
struct ChallengeLimiterUse {
  std::uint32_t taken = 0;       // buckets that a source has used
  std::uint64_t collisions = 0;  // times that a source found another one's tag in its bucket
};

class ChallengeLimiter {
 public:
  static constexpr std::size_t kBuckets = 4096;
  /// `seed` decides which sources share a bucket, so nobody can choose a victim's companions.
  ChallengeLimiter(HashSeed seed, ChallengeLimiterSettings settings);
  /// True when a reply may be sent. UDP only: the address of a stream's client is proven.
  bool allow(const IpAddress& source, MonotonicTime now);
  const ChallengeLimiterUse& use() const { return use_; }

 private:
  struct Bucket {
    TokenBucket tokens;
    std::uint32_t tag = 0;  // of the source that used it last; 0: nobody yet
  };
  Bucket& bucket_of(const IpAddress& source);

  HashSeed seed_;
  std::vector<Bucket> buckets_;  // kBuckets of them, or none when the limit is off
  ChallengeLimiterUse use_;
};

}  // namespace turnpike::turn
