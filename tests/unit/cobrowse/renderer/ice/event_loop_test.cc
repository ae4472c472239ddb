#include "cobrowse/renderer/ice/event_loop.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace turnpike::ice {
namespace {

TEST(EventLoop, RunsInOrderOnItsOwnThread) {
  EventLoop loop;
  std::vector<int> order;
  bool own = false;
  loop.post([&] { order.push_back(1); });
  loop.post([&] { order.push_back(2); });
  loop.run([&] {
    own = loop.is_own_thread();
    order.push_back(3);
  });
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
  EXPECT_TRUE(own);
  EXPECT_FALSE(loop.is_own_thread());
}

TEST(EventLoop, TimersComeOnceOrNotAtAll) {
  EventLoop loop;
  std::promise<void> came;
  int count = 0;
  loop.run([&] {
    const unsigned cancelled = loop.after(milliseconds(1), [&] { count += 100; });
    loop.after(milliseconds(1), [&] { ++count; });
    loop.after(milliseconds(30), [&] { came.set_value(); });
    loop.cancel(cancelled);
  });
  came.get_future().wait();
  EXPECT_EQ(count, 1);
}

TEST(EventLoop, EndsWithWorkThatNobodyWaitsFor) {
  auto kept = std::make_shared<int>(7);
  {
    EventLoop loop;
    loop.run([&] { loop.after(milliseconds(60'000), [kept] { ++*kept; }); });
    EXPECT_EQ(kept.use_count(), 2);
  }
  EXPECT_EQ(*kept, 7);
  EXPECT_EQ(kept.use_count(), 1);
}

}  // namespace
}  // namespace turnpike::ice
