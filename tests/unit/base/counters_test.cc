// Counters add up and do not mix.
#include "base/counters.h"

#include <gtest/gtest.h>

#include <thread>

namespace turnpike {
namespace {

enum class Fruit : std::uint8_t { kApple, kPear, kCount };

TEST(CounterArray, CountsEachByItself) {
  CounterArray<Fruit> counters;
  EXPECT_EQ(counters.read(Fruit::kApple), 0U);
  counters.add(Fruit::kApple);
  counters.add(Fruit::kApple, 10);
  EXPECT_EQ(counters.read(Fruit::kApple), 11U);
  EXPECT_EQ(counters.read(Fruit::kPear), 0U);
}

TEST(CounterArray, AReaderNeverSeesTheCountGoBack) {
  CounterArray<Fruit> counters;
  constexpr std::uint64_t kTotal = 100'000;
  std::thread owner([&] {
    for (std::uint64_t i = 0; i < kTotal; ++i) counters.add(Fruit::kPear);
  });
  std::uint64_t last = 0;
  bool went_back = false;
  while (last < kTotal) {
    const std::uint64_t now = counters.read(Fruit::kPear);
    went_back = went_back || now < last;
    last = now;
  }
  owner.join();
  EXPECT_FALSE(went_back);
  EXPECT_EQ(counters.read(Fruit::kPear), kTotal);
}

}  // namespace
}  // namespace turnpike
