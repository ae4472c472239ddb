#include "credentials/store/interruptible_wait.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace turnpike::credentials {
namespace {

using Woken = InterruptibleWait::Woken;

TEST(InterruptibleWait, EndsByTime) {
  InterruptibleWait waiter;
  EXPECT_EQ(waiter.wait(-1, milliseconds(1)), Woken::kTime);
  EXPECT_EQ(waiter.wait(-1, milliseconds(-5)), Woken::kTime);
}

TEST(InterruptibleWait, AnEarlierInterruptCountsOnce) {
  InterruptibleWait waiter;
  waiter.interrupt();
  waiter.interrupt();
  EXPECT_EQ(waiter.wait(-1, milliseconds(60'000)), Woken::kInterrupted);
  EXPECT_EQ(waiter.wait(-1, milliseconds(1)), Woken::kTime);
}

TEST(InterruptibleWait, AnotherThreadEndsIt) {
  InterruptibleWait waiter;
  std::thread other([&waiter] { waiter.interrupt(); });
  EXPECT_EQ(waiter.wait(-1, milliseconds(60'000)), Woken::kInterrupted);
  other.join();
}

TEST(InterruptibleWait, ADescriptorEndsIt) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  InterruptibleWait waiter;
  EXPECT_EQ(waiter.wait(ends[0], milliseconds(60'000)), Woken::kReadable);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace turnpike::credentials
