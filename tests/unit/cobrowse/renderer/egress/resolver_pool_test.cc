#include "cobrowse/renderer/egress/resolver_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>

namespace turnpike::egress {
namespace {

using testing::Contains;
using testing::IsEmpty;

const IpAddress kLoopback = IpAddress::v4(127, 0, 0, 1);

TEST(ResolverPool, EachQuestionGetsItsAnswer) {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::uint64_t, std::size_t> answers;
  ResolverPool pool(
      3, 1000,
      [](const std::string& host) { return std::vector<IpAddress>(host.size(), kLoopback); },
      [&](std::uint64_t id, const std::vector<IpAddress>& addresses) {
        const std::lock_guard lock(mutex);
        answers[id] = addresses.size();
        changed.notify_all();
      });
  for (std::uint64_t id = 1; id <= 100; ++id) {
    EXPECT_TRUE(pool.submit(id, std::string(id, 'a')));
  }
  std::unique_lock lock(mutex);
  ASSERT_TRUE(
      changed.wait_for(lock, std::chrono::seconds(10), [&] { return answers.size() == 100; }));
  for (const auto& [id, count] : answers) EXPECT_EQ(count, id);
}

TEST(ResolverPool, TheLineHasAnEndAndIsForgottenAtTheEnd) {
  std::promise<void> begun;
  std::promise<void> go_on;
  int asked = 0;  // by the one thread
  std::thread release;
  {
    ResolverPool pool(
        1, 2,
        [&, wait = go_on.get_future().share()](const std::string&) {
          if (++asked == 1) begun.set_value();
          wait.wait();
          return std::vector<IpAddress>();
        },
        [](std::uint64_t, const std::vector<IpAddress>&) {});
    EXPECT_TRUE(pool.submit(1, "a"));
    begun.get_future().wait();
    EXPECT_TRUE(pool.submit(2, "b"));
    EXPECT_TRUE(pool.submit(3, "c"));
    EXPECT_FALSE(pool.submit(4, "d"));
    release = std::thread([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      go_on.set_value();
    });
  }
  release.join();
  EXPECT_EQ(asked, 1);
}

TEST(SystemResolver, KnowsThisMachineAndNotWhatDoesNotExist) {
  EXPECT_THAT(system_resolver("localhost"), Contains(kLoopback));
  EXPECT_THAT(system_resolver("127.0.0.1"), testing::ElementsAre(kLoopback));
  EXPECT_THAT(system_resolver("a..b"), IsEmpty());
}

}  // namespace
}  // namespace turnpike::egress
