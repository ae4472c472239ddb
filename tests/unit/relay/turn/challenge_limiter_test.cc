#include "relay/turn/challenge_limiter.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "base/rng.h"

namespace turnpike::turn {
namespace {

constexpr HashSeed kSeed{0x8f3a61d2c94e7b05, 0x2be17c5590d34fa6};
constexpr ChallengeLimiterSettings kSettings{.replies_per_s = 10, .burst = 20};

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

MonotonicTime at(milliseconds since_start) {
  return MonotonicTime(since_start);
}

int granted(ChallengeLimiter& limiter, const IpAddress& source, MonotonicTime now, int requests) {
  int count = 0;
  for (int i = 0; i < requests; ++i) count += limiter.allow(source, now) ? 1 : 0;
  return count;
}

TEST(ChallengeLimiter, GrantsTheBurstThenTheRate) {
  ChallengeLimiter limiter(kSeed, kSettings);
  const IpAddress source = ip("198.51.100.1");
  EXPECT_EQ(granted(limiter, source, at(milliseconds(0)), 1000), 20);
  EXPECT_EQ(granted(limiter, source, at(milliseconds(99)), 1000), 0);
  EXPECT_EQ(granted(limiter, source, at(milliseconds(100)), 1000), 1);
  EXPECT_EQ(granted(limiter, source, at(milliseconds(1100)), 1000), 10);
  EXPECT_EQ(granted(limiter, source, at(milliseconds(3'600'000)), 1000), 20);
}

// Security test 6: over a long time a victim of spoofed requests gets the rate, however many
// requests there are.
TEST(ChallengeLimiter, LongRunIsBoundedByTheRate) {
  ChallengeLimiter limiter(kSeed, kSettings);
  const IpAddress victim = ip("203.0.113.9");
  int count = 0;
  for (int ms = 0; ms < 60'000; ++ms) count += granted(limiter, victim, at(milliseconds(ms)), 3);
  EXPECT_GE(count, 600);
  EXPECT_LE(count, 620);
}

TEST(ChallengeLimiter, OneSourceDoesNotStarveAnother) {
  ChallengeLimiter limiter(kSeed, kSettings);
  granted(limiter, ip("198.51.100.1"), at(milliseconds(0)), 1000);
  EXPECT_EQ(granted(limiter, ip("198.51.100.2"), at(milliseconds(0)), 1000), 20);
}

TEST(ChallengeLimiter, Ipv6SourcesShareTheirSlash64) {
  ChallengeLimiter limiter(kSeed, kSettings);
  SeededRng rng(1);
  int count = 0;
  for (int i = 0; i < 1000; ++i) {
    std::array<std::uint8_t, 16> bytes{0x2a, 0x00, 0x14, 0x50, 0, 1, 0, 2};
    rng.fill(MutableBytes(bytes).subspan(8));
    count += limiter.allow(IpAddress::v6(bytes), at(milliseconds(0))) ? 1 : 0;
  }
  EXPECT_EQ(count, 20);
  EXPECT_TRUE(limiter.allow(ip("2a00:1450:1:3::1"), at(milliseconds(0))));
}

TEST(ChallengeLimiter, CollidingSourcesShareAFixedTable) {
  ChallengeLimiter limiter(kSeed, {.replies_per_s = 1, .burst = 1});
  SeededRng rng(2);
  std::size_t count = 0;
  for (int i = 0; i < 200'000; ++i) {
    const auto source = IpAddress::v4(static_cast<std::uint32_t>(rng.next_u64()));
    count += limiter.allow(source, at(milliseconds(0))) ? 1U : 0U;
  }
  // Each bucket has granted its one reply, and there are no more buckets.
  EXPECT_EQ(count, ChallengeLimiter::kBuckets);
}

// Nobody outside can choose whom his own requests starve.
TEST(ChallengeLimiter, SeedDecidesWhoCollides) {
  const auto starved = [](HashSeed seed) {
    ChallengeLimiter limiter(seed, {.replies_per_s = 1, .burst = 1});
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = 0; i < 4000; ++i) {
      if (!limiter.allow(IpAddress::v4(i), at(milliseconds(0)))) out.push_back(i);
    }
    return out;
  };
  const auto one = starved(kSeed);
  EXPECT_FALSE(one.empty());
  EXPECT_EQ(one, starved(kSeed));
  EXPECT_NE(one, starved({kSeed.first, kSeed.second + 2}));
}

TEST(ChallengeLimiter, RateZeroIsNoLimit) {
  ChallengeLimiter limiter(kSeed, {.replies_per_s = 0, .burst = 0});
  EXPECT_EQ(granted(limiter, ip("198.51.100.1"), at(milliseconds(0)), 10'000), 10'000);
}

TEST(ChallengeLimiter, TellsHowFullItIs) {
  ChallengeLimiter limiter(kSeed, kSettings);
  EXPECT_EQ(limiter.use().taken, 0U);
  limiter.allow(ip("198.51.100.1"), at(milliseconds(0)));
  limiter.allow(ip("198.51.100.1"), at(milliseconds(1)));
  EXPECT_EQ(limiter.use().taken, 1U);
  EXPECT_EQ(limiter.use().collisions, 0U);
  for (std::uint32_t i = 0; i < 4 * ChallengeLimiter::kBuckets; ++i) {
    limiter.allow(IpAddress::v4(i), at(milliseconds(2)));
  }
  EXPECT_GT(limiter.use().taken, ChallengeLimiter::kBuckets * 9 / 10);
  EXPECT_LE(limiter.use().taken, ChallengeLimiter::kBuckets);
  EXPECT_GT(limiter.use().collisions, ChallengeLimiter::kBuckets);
}

}  // namespace
}  // namespace turnpike::turn
