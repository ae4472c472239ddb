// below() is in range and without bias; the seeded generator repeats itself exactly.
#include "base/rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace turnpike {
namespace {

/// Hands out what it is told to, as big-endian words.
class ScriptedRng final : public Rng {
 public:
  explicit ScriptedRng(std::vector<std::uint64_t> words) : words_(std::move(words)) {}
  void fill(MutableBytes out) override {
    ASSERT_EQ(out.size(), 8U);
    ASSERT_LT(used_, words_.size());
    store_be64(out.data(), words_[used_++]);
  }
  std::size_t used() const { return used_; }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t used_ = 0;
};

TEST(RngBelow, StaysBelow) {
  SeededRng rng(1);
  for (const std::uint64_t bound : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3},
                                    std::uint64_t{1000}, UINT64_MAX / 2 + 2, UINT64_MAX}) {
    for (int i = 0; i < 1000; ++i) ASSERT_LT(rng.below(bound), bound);
  }
}

TEST(RngBelow, EveryValueComesUpAboutAsOften) {
  SeededRng rng(2);
  std::array<int, 7> count{};
  for (int i = 0; i < 70000; ++i) ++count[rng.below(count.size())];
  for (const int n : count) EXPECT_NEAR(n, 10000, 500);  // five standard deviations
}

TEST(RngBelow, DrawsAgainInTheIncompleteLastRange) {
  // 2^64 = 3 * 0x5555555555555555 + 1, so exactly the largest word is left over.
  ScriptedRng three({UINT64_MAX, 5});
  EXPECT_EQ(three.below(3), 2U);
  EXPECT_EQ(three.used(), 2U);
  ScriptedRng last_good({UINT64_MAX - 1});
  EXPECT_EQ(last_good.below(3), (UINT64_MAX - 1) % 3);
}

TEST(RngBelow, PowersOfTwoNeverDrawAgain) {
  ScriptedRng rng({UINT64_MAX, UINT64_MAX});
  EXPECT_EQ(rng.below(256), 255U);
  EXPECT_EQ(rng.below(1), 0U);
  EXPECT_EQ(rng.used(), 2U);
}

TEST(RngBelowDeathTest, ZeroIsABug) {
  SeededRng rng(1);
  EXPECT_DEATH(rng.below(0), "CHECK failed");
}

TEST(SeededRng, RepeatsForTheSameSeedOnly) {
  SeededRng a(42);
  SeededRng b(42);
  SeededRng c(43);
  int same = 0;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t value = a.next_u64();
    EXPECT_EQ(value, b.next_u64());
    same += value == c.next_u64() ? 1 : 0;
  }
  EXPECT_EQ(same, 0);
}

TEST(SeededRng, SequenceIsPinned) {
  // xoshiro256** after splitmix64(0): a change would make every recorded seed of a failure useless.
  SeededRng rng(0);
  EXPECT_EQ(rng.next_u64(), 0x99ec5f36cb75f2b4U);
  EXPECT_EQ(rng.next_u64(), 0xbf6e1f784956452aU);
}

TEST(SeededRng, FillsAnyLengthAndNothingBeyond) {
  for (std::size_t size = 0; size <= 20; ++size) {
    std::array<std::uint8_t, 24> bytes{};
    SeededRng rng(9);
    rng.fill(MutableBytes(bytes).first(size));
    EXPECT_TRUE(std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(size), bytes.end(),
                            [](std::uint8_t b) { return b == 0; }));
  }
}

}  // namespace
}  // namespace turnpike
