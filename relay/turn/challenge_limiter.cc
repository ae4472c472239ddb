#include "relay/turn/challenge_limiter.h"

#include <algorithm>
#include <array>

namespace turnpike::turn {
namespace {

/// Whoever has an IPv6 address usually has its whole /64.
IpAddress source_group(const IpAddress& source) {
  if (source.is_v4()) return source;
  const Bytes network = source.bytes().first(8);
  std::array<std::uint8_t, 16> bytes{};
  std::copy(network.begin(), network.end(), bytes.begin());
  return IpAddress::v6(bytes);
}

}  // namespace

ChallengeLimiter::ChallengeLimiter(HashSeed seed, ChallengeLimiterSettings settings) : seed_(seed) {
  if (settings.replies_per_s == 0) return;
  buckets_.assign(kBuckets, {TokenBucket(settings.replies_per_s, settings.burst), 0});
}

bool ChallengeLimiter::allow(const IpAddress& source, MonotonicTime now) {
  return buckets_.empty() || bucket_of(source).tokens.take(now, 1);
}

ChallengeLimiter::Bucket& ChallengeLimiter::bucket_of(const IpAddress& source) {
  const std::uint64_t hash = keyed_hash(seed_, source_group(source));
  Bucket& bucket = buckets_[hash % kBuckets];
  const auto tag = static_cast<std::uint32_t>(hash >> 32) | 1U;
  if (bucket.tag == 0) ++use_.taken;
  if (bucket.tag != 0 && bucket.tag != tag) ++use_.collisions;
  bucket.tag = tag;
  return bucket;
}

}  // namespace turnpike::turn
