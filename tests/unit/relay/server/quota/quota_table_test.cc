#include "relay/server/quota/quota_table.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "base/rng.h"

namespace turnpike::server {
namespace {

using enum turn::QuotaVerdict;

void expect_empty(const QuotaTable& table) {
  const QuotaUsage usage = table.usage();
  EXPECT_EQ(usage.allocations, 0U);
  EXPECT_EQ(usage.reserved_bytes_per_s, 0U);
  EXPECT_EQ(usage.realms, 0U);
  EXPECT_EQ(usage.users, 0U);
}

TEST(QuotaTable, WithoutLimitsGrantsAndCounts) {
  QuotaTable table({});
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(table.acquire("r", "alice", 1'000'000), kGranted);
  EXPECT_EQ(table.usage().allocations, 1000U);
  EXPECT_EQ(table.usage().reserved_bytes_per_s, 1'000'000'000U);
  for (int i = 0; i < 1000; ++i) table.release("r", "alice", 1'000'000);
  expect_empty(table);
}

TEST(QuotaTable, UserQuotaCountsPerRealmAndUser) {
  QuotaTable table({.user_quota = 2});
  EXPECT_EQ(table.acquire("r", "alice", 0), kGranted);
  EXPECT_EQ(table.acquire("r", "alice", 0), kGranted);
  EXPECT_EQ(table.acquire("r", "alice", 0), kUserQuota);
  EXPECT_EQ(table.acquire("r", "bob", 0), kGranted);
  EXPECT_EQ(table.acquire("other", "alice", 0), kGranted);
  EXPECT_EQ(table.usage().users, 3U);
  table.release("r", "alice", 0);
  EXPECT_EQ(table.acquire("r", "alice", 0), kGranted);
  EXPECT_EQ(table.acquire("r", "alice", 0), kUserQuota);
}

TEST(QuotaTable, TotalQuotaCountsPerRealm) {
  QuotaTable table({.total_quota = 3});
  EXPECT_EQ(table.acquire("r", "alice", 0), kGranted);
  EXPECT_EQ(table.acquire("r", "bob", 0), kGranted);
  EXPECT_EQ(table.acquire("r", "", 0), kGranted);
  EXPECT_EQ(table.acquire("r", "carol", 0), kTotalQuota);
  EXPECT_EQ(table.acquire("r", "", 0), kTotalQuota);
  EXPECT_EQ(table.acquire("other", "carol", 0), kGranted);
  table.release("r", "bob", 0);
  EXPECT_EQ(table.acquire("r", "carol", 0), kGranted);
}

TEST(QuotaTable, EmptyUserHasNoQuotaOfItsOwn) {
  QuotaTable table({.user_quota = 1});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(table.acquire("r", "", 0), kGranted);
  EXPECT_EQ(table.usage().users, 0U);
  for (int i = 0; i < 10; ++i) table.release("r", "", 0);
  expect_empty(table);
}

TEST(QuotaTable, CapacityIsReservedOverAllRealms) {
  QuotaTable table({.bps_capacity = 1000});
  EXPECT_EQ(table.acquire("a", "alice", 400), kGranted);
  EXPECT_EQ(table.acquire("b", "bob", 600), kGranted);
  EXPECT_EQ(table.acquire("c", "carol", 1), kBandwidthCapacity);
  EXPECT_EQ(table.acquire("c", "carol", 0), kGranted);
  table.release("a", "alice", 400);
  EXPECT_EQ(table.acquire("c", "carol", 401), kBandwidthCapacity);
  EXPECT_EQ(table.acquire("c", "carol", 400), kGranted);
}

TEST(QuotaTable, CapacityDoesNotOverflow) {
  QuotaTable table({.bps_capacity = 1000});
  EXPECT_EQ(table.acquire("a", "alice", 1), kGranted);
  EXPECT_EQ(table.acquire("a", "alice", UINT64_MAX), kBandwidthCapacity);
  EXPECT_EQ(table.acquire("a", "alice", UINT64_MAX - 1), kBandwidthCapacity);
}

TEST(QuotaTable, RefusalTakesNothing) {
  QuotaTable table({.user_quota = 1, .total_quota = 2, .bps_capacity = 100});
  EXPECT_EQ(table.acquire("r", "alice", 50), kGranted);
  EXPECT_EQ(table.acquire("r", "alice", 50), kUserQuota);
  EXPECT_EQ(table.acquire("r", "bob", 60), kBandwidthCapacity);
  EXPECT_EQ(table.acquire("new realm", "bob", 60), kBandwidthCapacity);
  EXPECT_EQ(table.usage().allocations, 1U);
  EXPECT_EQ(table.usage().reserved_bytes_per_s, 50U);
  EXPECT_EQ(table.usage().realms, 1U);
  EXPECT_EQ(table.usage().users, 1U);
  EXPECT_EQ(table.acquire("r", "bob", 50), kGranted);
}

TEST(QuotaTable, ReleaseOfWhatWasNotGrantedIsABug) {
  QuotaTable table({});
  EXPECT_DEATH(table.release("r", "alice", 0), "in_realm");
  table.acquire("r", "alice", 5);
  EXPECT_DEATH(table.release("r", "bob", 5), "of_user");
  EXPECT_DEATH(table.release("r", "alice", 6), "reserved");
  EXPECT_DEATH(table.release("r", "", 5), "users");
}

/// What one shard holds, and what it checks against the bounds.
class Shard {
 public:
  Shard(QuotaTable& table, std::uint64_t seed) : table_(table), rng_(seed) {}

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      if (rng_.below(3) != 0 || held_.empty()) {
        take();
      } else {
        give_back(rng_.below(held_.size()));
      }
    }
  }
  void give_back_all() {
    while (!held_.empty()) give_back(held_.size() - 1);
  }
  std::size_t held_by(const std::string& realm, const std::string& user) const {
    std::size_t count = 0;
    for (const Grant& grant : held_) count += grant.realm == realm && grant.user == user ? 1U : 0U;
    return count;
  }
  std::size_t held() const { return held_.size(); }
  std::uint64_t reserved() const {
    std::uint64_t sum = 0;
    for (const Grant& grant : held_) sum += grant.bytes_per_s;
    return sum;
  }

 private:
  struct Grant {
    std::string realm;
    std::string user;
    std::uint64_t bytes_per_s = 0;
  };
  void take() {
    Grant wish{.realm = "realm" + std::to_string(rng_.below(2)),
               .user = "user" + std::to_string(rng_.below(4)),
               .bytes_per_s = rng_.below(100)};
    if (table_.acquire(wish.realm, wish.user, wish.bytes_per_s) == kGranted) {
      held_.push_back(std::move(wish));
    }
  }
  void give_back(std::size_t which) {
    const Grant grant = held_[which];
    held_[which] = held_.back();
    held_.pop_back();
    table_.release(grant.realm, grant.user, grant.bytes_per_s);
  }

  QuotaTable& table_;
  SeededRng rng_;
  std::vector<Grant> held_;
};

// T27 (CVE-2026-73216): what is granted and not yet given back never passes a quota, and a quota is
// neither lost nor gained, with all shards asking at once.
TEST(QuotaTable, T27_Cve2026_73216_ShardsNeverPassAQuota) {
  constexpr std::uint64_t kPerUser = 5;
  constexpr std::uint64_t kPerRealm = 16;
  constexpr std::uint64_t kCapacity = 1200;
  QuotaTable table({.user_quota = kPerUser, .total_quota = kPerRealm, .bps_capacity = kCapacity});
  std::vector<Shard> shards;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) shards.emplace_back(table, seed);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::thread> threads;
    for (Shard& shard : shards) threads.emplace_back([&shard] { shard.run(1000); });
    for (std::thread& thread : threads) thread.join();
    std::size_t allocations = 0;
    std::uint64_t reserved = 0;
    for (const Shard& shard : shards) {
      allocations += shard.held();
      reserved += shard.reserved();
    }
    EXPECT_EQ(table.usage().allocations, allocations);
    EXPECT_EQ(table.usage().reserved_bytes_per_s, reserved);
    EXPECT_LE(reserved, kCapacity);
    for (const char* realm : {"realm0", "realm1"}) {
      std::size_t in_realm = 0;
      for (const char* user : {"user0", "user1", "user2", "user3"}) {
        std::size_t of_user = 0;
        for (const Shard& shard : shards) of_user += shard.held_by(realm, user);
        EXPECT_LE(of_user, kPerUser);
        in_realm += of_user;
      }
      EXPECT_LE(in_realm, kPerRealm);
    }
  }
  for (Shard& shard : shards) shard.give_back_all();
  expect_empty(table);
}

// The last place is given once, however many shards ask for it.
TEST(QuotaTable, LastPlaceIsGivenOnce) {
  QuotaTable table({.user_quota = 7});
  std::array<int, 4> granted{};
  std::vector<std::thread> threads;
  for (int& count : granted) {
    threads.emplace_back([&table, &count] {
      for (int i = 0; i < 1000; ++i) count += table.acquire("r", "alice", 0) == kGranted ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(granted[0] + granted[1] + granted[2] + granted[3], 7);
}

}  // namespace
}  // namespace turnpike::server
