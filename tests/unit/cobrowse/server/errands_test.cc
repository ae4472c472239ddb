#include "cobrowse/server/errands.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace turnpike::cobrowse {
namespace {

TEST(Errands, AreDoneInOrderAndBeforeTheEnd) {
  std::vector<int> done;
  {
    Errands errands;
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(errands.post([&done, i] { done.push_back(i); }));
  }
  ASSERT_EQ(done.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(done[static_cast<std::size_t>(i)], i);
}

TEST(Errands, OnlySoManyWait) {
  std::promise<void> begun, open;
  std::size_t done = 0;
  {
    Errands errands;
    ASSERT_TRUE(errands.post([&] {
      begun.set_value();
      open.get_future().wait();
    }));
    begun.get_future().wait();
    for (std::size_t i = 0; i < Errands::kMaxQueued; ++i) {
      ASSERT_TRUE(errands.post([&done] { ++done; }));
    }
    EXPECT_FALSE(errands.post([&done] { ++done; }));
    open.set_value();
  }
  EXPECT_EQ(done, Errands::kMaxQueued);
}

}  // namespace
}  // namespace turnpike::cobrowse
