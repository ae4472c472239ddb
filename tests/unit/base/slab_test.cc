// Handles: stable while the value lives, worthless afterwards. Capacity is a hard limit, and
// nothing moves.
#include "base/slab.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"

namespace turnpike {
namespace {

TEST(Slab, FindsWhatWasPutIn) {
  Slab<std::string> slab(10);
  const auto a = slab.emplace("a");
  const auto b = slab.emplace(3, 'b');
  ASSERT_TRUE(a && b);
  EXPECT_EQ(*slab.find(*a), "a");
  EXPECT_EQ(*slab.find(*b), "bbb");
  EXPECT_EQ(slab.size(), 2U);
  const Slab<std::string>& readable = slab;
  EXPECT_EQ(*readable.find(*a), "a");
}

TEST(Slab, InvalidAndForeignHandlesFindNothing) {
  Slab<int> slab(10);
  EXPECT_FALSE(Handle<int>{}.valid());
  EXPECT_EQ(slab.find({}), nullptr);
  EXPECT_EQ(slab.find({0, 0}), nullptr);
  const auto handle = slab.emplace(1);
  EXPECT_TRUE(handle->valid());
  EXPECT_EQ(slab.find({handle->index, handle->generation + 1}), nullptr);
  EXPECT_EQ(slab.find({handle->index + 1, handle->generation}), nullptr);
  EXPECT_EQ(slab.find({1000, 0}), nullptr);
}

TEST(Slab, AnOldHandleDoesNotFindTheNextTenant) {
  Slab<int> slab(1);
  const auto first = slab.emplace(1);
  slab.erase(*first);
  EXPECT_EQ(slab.find(*first), nullptr);
  const auto second = slab.emplace(2);
  EXPECT_EQ(second->index, first->index);
  EXPECT_EQ(slab.find(*first), nullptr);
  EXPECT_EQ(*slab.find(*second), 2);
}

TEST(Slab, CapacityIsAHardLimit) {
  for (const std::uint32_t capacity : {0U, 1U, 63U, 64U, 65U, 200U}) {
    Slab<int> slab(capacity);
    for (std::uint32_t i = 0; i < capacity; ++i) ASSERT_TRUE(slab.emplace(1));
    EXPECT_FALSE(slab.emplace(1)) << capacity;
    EXPECT_EQ(slab.size(), capacity);
    EXPECT_EQ(slab.capacity(), capacity);
  }
}

TEST(Slab, ValuesNeverMove) {
  Slab<int> slab(1000);
  const auto first = slab.emplace(1);
  const int* const address = slab.find(*first);
  for (int i = 0; i < 999; ++i) slab.emplace(i);
  EXPECT_EQ(slab.find(*first), address);
}

TEST(Slab, EraseDestroysAtOnce) {
  Slab<std::shared_ptr<int>> slab(4);
  const auto value = std::make_shared<int>(1);
  const auto handle = slab.emplace(value);
  EXPECT_EQ(value.use_count(), 2);
  slab.erase(*handle);
  EXPECT_EQ(value.use_count(), 1);
}

TEST(SlabDeathTest, ErasingTwiceIsABug) {
  Slab<int> slab(4);
  const auto handle = slab.emplace(1);
  slab.erase(*handle);
  EXPECT_DEATH(slab.erase(*handle), "CHECK failed");
}

TEST(Slab, VisitsInSlotOrder) {
  Slab<int> slab(200);
  std::vector<Handle<int>> handles;
  for (int i = 0; i < 130; ++i) handles.push_back(*slab.emplace(i));
  for (std::size_t i = 0; i < 130; i += 2) slab.erase(handles[i]);
  std::vector<int> seen;
  slab.for_each([&](Handle<int> handle, int& value) {
    EXPECT_EQ(slab.find(handle), &value);
    seen.push_back(value);
  });
  ASSERT_EQ(seen.size(), 65U);
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], static_cast<int>(2 * i + 1));
}

TEST(Slab, AgreesWithAMapOverRandomUse) {
  SeededRng rng(77);
  Slab<std::uint64_t> slab(150);
  std::map<std::uint64_t, Handle<std::uint64_t>> live;
  std::vector<Handle<std::uint64_t>> dead;
  for (std::uint64_t step = 0; step < 20000; ++step) {
    if (rng.below(100) < 52) {
      const auto handle = slab.emplace(step);
      ASSERT_EQ(handle.has_value(), live.size() < 150);
      if (handle) live.emplace(step, *handle);
    } else if (!live.empty()) {
      auto victim = live.begin();
      std::advance(victim, static_cast<std::ptrdiff_t>(rng.below(live.size())));
      slab.erase(victim->second);
      dead.push_back(victim->second);
      live.erase(victim);
    }
    ASSERT_EQ(slab.size(), live.size());
  }
  for (const auto& [value, handle] : live) EXPECT_EQ(*slab.find(handle), value);
  for (const auto& handle : dead) EXPECT_EQ(slab.find(handle), nullptr);
}

}  // namespace
}  // namespace turnpike
