#include "relay/net/port_pool.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace turnpike::net {
namespace {

constexpr MonotonicTime at(std::int64_t s) {
  return MonotonicTime{seconds(s)};
}
constexpr Duration kNoRest{0};

TEST(PortPool, ShardsPartitionTheRangeAndKeepPairsTogether) {
  for (const unsigned shards : {1U, 2U, 3U, 7U}) {
    std::set<std::uint16_t> all;
    for (unsigned shard = 0; shard < shards; ++shard) {
      PortPool pool(1001, 1100, shard, shards, kNoRest);
      SeededRng rng(shard + 1);
      while (const auto port = pool.take_any(rng, at(0))) {
        EXPECT_TRUE(all.insert(*port).second) << *port;
        EXPECT_TRUE(pool.owns(*port));
        EXPECT_EQ(*port / 2U % shards, shard);
      }
      EXPECT_EQ(pool.free_count(), 0U);
    }
    EXPECT_EQ(all.size(), 100U);
    EXPECT_EQ(*all.begin(), 1001);
    EXPECT_EQ(*all.rbegin(), 1100);
  }
}

TEST(PortPool, EdgesOfTheRange) {
  SeededRng rng(1);
  PortPool one(65535, 65535, 0, 1, kNoRest);
  EXPECT_EQ(one.owned_count(), 1U);
  EXPECT_FALSE(one.take_even(rng, at(0)));
  EXPECT_FALSE(one.take_even_pair(rng, at(0)));
  EXPECT_EQ(one.take_any(rng, at(0)), 65535);
  EXPECT_FALSE(one.take_any(rng, at(0)));

  PortPool whole(1, 65535, 0, 1, kNoRest);
  EXPECT_EQ(whole.owned_count(), 65535U);
  PortPool nothing(100, 101, 1, 2, kNoRest);  // the only pair, 50, is the other shard's
  EXPECT_EQ(nothing.owned_count(), 0U);
  EXPECT_FALSE(nothing.take_any(rng, at(0)));
  EXPECT_FALSE(nothing.owns(100));
}

TEST(PortPool, EvenPortsAndPairs) {
  SeededRng rng(2);
  PortPool pool(100, 109, 0, 1, kNoRest);
  const auto pair = pool.take_even_pair(rng, at(0));
  ASSERT_TRUE(pair);
  EXPECT_EQ(*pair % 2, 0);
  EXPECT_EQ(pool.free_count(), 8U);

  std::set<std::uint16_t> evens;
  while (const auto port = pool.take_even(rng, at(0))) evens.insert(*port);
  EXPECT_EQ(evens.size(), 4U);
  EXPECT_FALSE(evens.contains(*pair));
  EXPECT_FALSE(pool.take_even_pair(rng, at(0)));
  std::set<std::uint16_t> odds;
  while (const auto port = pool.take_any(rng, at(0))) odds.insert(*port);
  EXPECT_EQ(odds.size(), 4U);
  EXPECT_FALSE(odds.contains(static_cast<std::uint16_t>(*pair + 1)));

  pool.give_back(*pair, at(0));
  EXPECT_FALSE(pool.take_even_pair(rng, at(0)));  // its neighbour is still taken
  pool.give_back(static_cast<std::uint16_t>(*pair + 1), at(0));
  EXPECT_EQ(pool.take_even_pair(rng, at(0)), pair);
}

TEST(PortPool, APortRestsAndIsNeverTakenEarly) {
  SeededRng rng(3);
  PortPool pool(200, 201, 0, 1, seconds(60));
  const auto first = pool.take_any(rng, at(0));
  const auto second = pool.take_any(rng, at(0));
  ASSERT_TRUE(first && second);
  pool.give_back(*first, at(10));
  pool.give_back(*second, at(20));
  EXPECT_EQ(pool.free_count(), 0U);
  EXPECT_EQ(pool.resting_count(), 2U);
  EXPECT_FALSE(pool.take_any(rng, at(69)));
  EXPECT_EQ(pool.take_any(rng, at(70)), first);
  EXPECT_FALSE(pool.take_any(rng, at(79)));
  EXPECT_EQ(pool.take_any(rng, at(80)), second);
  EXPECT_EQ(pool.resting_count(), 0U);
}

/// A fair choice stays within six standard deviations (about 31 each) of a thousand.
TEST(PortPool, TheChoiceIsUniform) {
  SeededRng rng(4);
  PortPool pool(300, 331, 0, 1, kNoRest);
  const auto broken_even = pool.take_even(rng, at(0));  // so that every class takes part
  std::map<std::uint16_t, int> counts;
  constexpr int kRounds = 31'000;
  for (int i = 0; i < kRounds; ++i) {
    const auto port = pool.take_any(rng, at(0));
    ASSERT_TRUE(port);
    ++counts[*port];
    pool.give_back(*port, at(0));
  }
  EXPECT_EQ(counts.size(), 31U);
  EXPECT_FALSE(counts.contains(*broken_even));
  for (const auto& [port, count] : counts) EXPECT_NEAR(count, 1000, 190) << port;
}

TEST(PortPoolDeathTest, GivingBackWhatWasNotTakenIsABug) {
  SeededRng rng(5);
  PortPool pool(400, 409, 0, 2, seconds(1));
  EXPECT_DEATH(pool.give_back(400, at(0)), "CHECK|state");
  EXPECT_DEATH(pool.give_back(402, at(0)), "owns");
  const auto port = pool.take_any(rng, at(0));
  pool.give_back(*port, at(0));
  EXPECT_DEATH(pool.give_back(*port, at(0)), "CHECK|state");
}

/// A relay that loses a port with each allocation runs dry (CVE-2026-73215).
TEST(PortPool, AMillionAllocationsLoseNothing) {
  SeededRng rng(6);
  PortPool pool(49152, 49152 + 999, 0, 2, milliseconds(50));
  const std::size_t memory = pool.memory_bytes();
  std::vector<std::uint16_t> held;
  std::set<std::uint16_t> unique;
  for (int i = 0; i < 1'000'000; ++i) {
    const MonotonicTime now{milliseconds(i)};
    if (held.size() > 200 || (!held.empty() && rng.below(2) == 0)) {
      const std::size_t which = rng.below(held.size());
      pool.give_back(held[which], now);
      unique.erase(held[which]);
      held[which] = held.back();
      held.pop_back();
      continue;
    }
    const std::uint64_t kind = rng.below(3);
    const auto port = kind == 0   ? pool.take_any(rng, now)
                      : kind == 1 ? pool.take_even(rng, now)
                                  : pool.take_even_pair(rng, now);
    if (!port) continue;
    held.push_back(*port);
    ASSERT_TRUE(unique.insert(*port).second);
    if (kind != 2) continue;
    held.push_back(static_cast<std::uint16_t>(*port + 1));
    ASSERT_TRUE(unique.insert(held.back()).second);
    ASSERT_EQ(pool.free_count() + pool.resting_count() + held.size(), pool.owned_count());
  }
  for (const std::uint16_t port : held) pool.give_back(port, at(2000));
  EXPECT_TRUE(pool.take_any(rng, at(2001)));
  EXPECT_EQ(pool.free_count(), pool.owned_count() - 1);
  EXPECT_EQ(pool.memory_bytes(), memory);
}

TEST(PortPool, IsSmall) {
  EXPECT_LE(PortPool(1024, 65535, 0, 1, seconds(1)).memory_bytes(), 64512U * 19);
}

}  // namespace
}  // namespace turnpike::net
