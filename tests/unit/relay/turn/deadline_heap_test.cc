#include "relay/turn/deadline_heap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/rng.h"

namespace turnpike::turn {
namespace {

AllocationHandle handle(std::uint32_t index, std::uint32_t generation = 0) {
  return {index, generation};
}

MonotonicTime at(int s) {
  return MonotonicTime(seconds(s));
}

TEST(DeadlineHeap, IsNeverWhenEmpty) {
  const DeadlineHeap heap;
  EXPECT_EQ(heap.earliest(), kNever);
  EXPECT_FALSE(heap.contains(handle(0)));
}

TEST(DeadlineHeap, TheEarliestIsOnTop) {
  DeadlineHeap heap;
  heap.set(handle(0), at(30));
  heap.set(handle(1), at(10));
  heap.set(handle(2), at(20));
  EXPECT_EQ(heap.top().allocation, handle(1));
  heap.set(handle(1), at(40));
  EXPECT_EQ(heap.top().allocation, handle(2));
  heap.erase(handle(2));
  EXPECT_EQ(heap.earliest(), at(30));
}

TEST(DeadlineHeap, SetNoLaterNeverMovesBack) {
  DeadlineHeap heap;
  heap.set_no_later(handle(0), at(30));
  heap.set_no_later(handle(0), at(40));
  EXPECT_EQ(heap.earliest(), at(30));
  heap.set_no_later(handle(0), at(20));
  EXPECT_EQ(heap.earliest(), at(20));
}

TEST(DeadlineHeap, SetNoLaterTakesNeverToo) {
  DeadlineHeap heap;
  heap.set_no_later(handle(0), kNever);
  EXPECT_TRUE(heap.contains(handle(0)));
}

TEST(DeadlineHeap, KnowsGenerationsApart) {
  DeadlineHeap heap;
  heap.set(handle(3, 1), at(10));
  EXPECT_FALSE(heap.contains(handle(3, 0)));
  EXPECT_TRUE(heap.contains(handle(3, 1)));
  EXPECT_EQ(heap.deadline_of(handle(3, 0)), kNever);
}

TEST(DeadlineHeap, AgreesWithAModel) {
  SeededRng rng(9);
  DeadlineHeap heap;
  std::map<std::uint32_t, MonotonicTime> model;
  for (int i = 0; i < 20000; ++i) {
    const auto index = static_cast<std::uint32_t>(rng.below(100));
    if (model.contains(index) && rng.below(3) == 0) {
      heap.erase(handle(index));
      model.erase(index);
    } else {
      model[index] = at(static_cast<int>(rng.below(50)));
      heap.set(handle(index), model[index]);
    }
    MonotonicTime earliest = kNever;
    for (const auto& [present, when] : model) earliest = std::min(earliest, when);
    ASSERT_EQ(heap.earliest(), earliest);
    ASSERT_TRUE(i % 20 != 0 || heap.check_consistent());
  }
}

}  // namespace
}  // namespace turnpike::turn
