#include "credentials/store/wakeup.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace turnpike::credentials {
namespace {

TEST(Wakeup, IsRememberedOnce) {
  Wakeup wakeup;
  EXPECT_FALSE(wakeup.wait(milliseconds(0)));
  wakeup.wake();
  wakeup.wake();
  EXPECT_TRUE(wakeup.wait(milliseconds(60000)));
  EXPECT_FALSE(wakeup.wait(milliseconds(0)));
}

TEST(Wakeup, EndsAWaitOfAnotherThread) {
  Wakeup wakeup;
  std::thread other([&wakeup] { wakeup.wake(); });
  EXPECT_TRUE(wakeup.wait(milliseconds(60000)));
  other.join();
}

TEST(Wakeup, TheOtherDescriptorEndsItToo) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  Wakeup wakeup;
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(wakeup.wait(milliseconds(60000), ends[0]));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(30));
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace turnpike::credentials
