#include "relay/server/users/store_watcher.h"

#include <gtest/gtest.h>

#include "tests/unit/relay/server/users/test_store.h"

namespace turnpike::server {
namespace {

using credentials::StoreResult;
using credentials::Table;

class StoreWatcherTest : public ::testing::Test {
 protected:
  std::unique_ptr<StoreWatcher> watch() {
    auto watcher = std::make_unique<StoreWatcher>(
        StoreWatcherSettings{
            .open = [this] { return std::make_unique<TestStore>(name_, control_); },
            .realm = "r",
            .retry = milliseconds(10),
            .reread = milliseconds(50),
            .longest_reread = longest_reread_,
            .least_distance = milliseconds(1)},
        health_, [this](StoreNews news) { return note(std::move(news)); });
    watcher->start();
    return watcher;
  }

  StoreResult<void> note(StoreNews news) {
    const std::lock_guard lock(mutex_);
    if (refuse_) return fail(credentials::StoreError{credentials::StoreFailure::kBadData, "bad"});
    news_.push_back(std::move(news));
    changed_.notify_all();
    return {};
  }

  /// The first news that fit; fails the test when none come.
  template <class Condition>
  StoreNews wait_for(Condition fits) {
    std::unique_lock lock(mutex_);
    std::size_t at = 0;
    const bool found = changed_.wait_for(lock, std::chrono::seconds(20), [&] {
      for (; at < news_.size(); ++at) {
        if (fits(news_[at])) return true;
      }
      return false;
    });
    EXPECT_TRUE(found);
    return found ? news_[at] : StoreNews{};
  }

  milliseconds longest_reread_{1000};
  std::string name_ = "store-watcher";
  TestStoreControl control_;
  TestStore store_{name_, control_};
  StoreHealth health_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<StoreNews> news_;
  bool refuse_ = false;
};

bool has_secret(const StoreNews& news, std::string_view secret) {
  if (!news.snapshot) return false;
  for (const Secret& one : news.snapshot->secrets) {
    if (one.reveal() == secret) return true;
  }
  return false;
}

TEST_F(StoreWatcherTest, ReadsWhatIsOfTheRealm) {
  using namespace credentials;
  ASSERT_TRUE(store_.put(Table::kSecret, to_row(SecretRecord{"r", Secret("ours")})));
  ASSERT_TRUE(store_.put(Table::kSecret, to_row(SecretRecord{"x", Secret("theirs")})));
  ASSERT_TRUE(store_.put(Table::kDeniedPeer, to_row(PeerRangeRecord{"r", "10.0.0.1"})));
  ASSERT_TRUE(store_.put(Table::kDeniedPeer, to_row(PeerRangeRecord{"", "10.0.0.2"})));
  ASSERT_TRUE(store_.put(Table::kDeniedPeer, to_row(PeerRangeRecord{"x", "10.0.0.3"})));
  ASSERT_TRUE(store_.put(Table::kRealmOption, to_row(RealmOptionRecord{"r", "max-bps", 9})));
  ASSERT_TRUE(
      store_.put(Table::kRevocation, to_row(Revocation{RevocationKind::kUser, "bob", 99, 1, ""})));
  const auto watcher = watch();
  EXPECT_TRUE(watcher->wait_until_ready(milliseconds(20'000)));
  const StoreNews news = wait_for([](const StoreNews& n) { return n.ready; });
  ASSERT_TRUE(news.snapshot);
  ASSERT_EQ(news.snapshot->secrets.size(), 1U);
  EXPECT_EQ(news.snapshot->secrets[0].reveal(), "ours");
  EXPECT_EQ(news.snapshot->denied_peers, (std::vector<std::string>{"10.0.0.1", "10.0.0.2"}));
  EXPECT_EQ(news.snapshot->max_bps, 9U);
  EXPECT_EQ(news.snapshot->user_quota, std::nullopt);
  EXPECT_EQ(news.snapshot->revocations.size(), 1U);
  EXPECT_TRUE(health_.is_up());
}

TEST_F(StoreWatcherTest, EveryChangeIsANewGeneration) {
  const auto watcher = watch();
  const StoreNews first = wait_for([](const StoreNews& n) { return n.ready; });
  ASSERT_TRUE(store_.put(Table::kSecret, to_row(credentials::SecretRecord{"r", Secret("new")})));
  const StoreNews second = wait_for([](const StoreNews& n) { return has_secret(n, "new"); });
  EXPECT_GT(second.generation, first.generation);
  EXPECT_GE(watcher->generation().load(), second.generation);
}

TEST_F(StoreWatcherTest, AStoreThatGoesAwayIsToldAndFoundAgain) {
  const auto watcher = watch();
  wait_for([](const StoreNews& n) { return n.ready; });
  control_.fails = true;
  ASSERT_TRUE(store_.put(Table::kSecret, to_row(credentials::SecretRecord{"r", Secret("wake")})));
  const StoreNews away = wait_for([](const StoreNews& n) { return !n.ready; });
  EXPECT_FALSE(health_.is_up());
  control_.fails = false;
  wait_for([&](const StoreNews& n) { return n.ready && n.generation > away.generation; });
  // The news is out before the health is told; the watcher calls itself ready after both.
  EXPECT_TRUE(watcher->wait_until_ready(milliseconds(20'000)));
  EXPECT_TRUE(health_.is_up());
}

TEST_F(StoreWatcherTest, WhatCannotBeUsedCountsAsAway) {
  refuse_ = true;
  const auto watcher = watch();
  EXPECT_FALSE(watcher->wait_until_ready(milliseconds(100)));
  EXPECT_FALSE(health_.is_up());
}

TEST_F(StoreWatcherTest, WithoutAFeedAnswersGrowOldBySelf) {
  control_.has_feed = false;
  const auto watcher = watch();
  const StoreNews first = wait_for([](const StoreNews& n) { return n.ready; });
  wait_for([&](const StoreNews& n) { return n.generation > first.generation; });
  ASSERT_TRUE(store_.put(Table::kSecret, to_row(credentials::SecretRecord{"r", Secret("late")})));
  wait_for([](const StoreNews& n) { return has_secret(n, "late"); });
}

TEST_F(StoreWatcherTest, WithoutAFeedASlowReadingIsNotMadeOftener) {
  control_.has_feed = false;
  control_.before_select = [] { std::this_thread::sleep_for(milliseconds(20)); };
  longest_reread_ = milliseconds(60'000);
  const auto watcher = watch();
  ASSERT_TRUE(watcher->wait_until_ready(milliseconds(20'000)));
  const int selects = control_.selects;  // each took 20 ms, so the next come seconds later
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(control_.selects, selects);
}

TEST_F(StoreWatcherTest, EndsAtOnceWhateverItDoes) {
  control_.fails = true;
  watch().reset();
  control_.fails = false;
  const auto watcher = watch();
  EXPECT_TRUE(watcher->wait_until_ready(milliseconds(20'000)));
}

}  // namespace
}  // namespace turnpike::server
