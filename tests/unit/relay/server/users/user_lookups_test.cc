#include "relay/server/users/user_lookups.h"

#include <gtest/gtest.h>

#include <future>
#include <latch>

#include "base/base64.h"
#include "tests/unit/relay/server/users/test_store.h"

namespace turnpike::server {
namespace {

using credentials::Table;
using credentials::UserRecord;
using Kind = credentials::DirectoryAnswer::Kind;

/// The answers, and a wait for them.
class Answers {
 public:
  void deliver(unsigned shard, const UserAnswer& answer) {
    const std::lock_guard lock(mutex_);
    list_.emplace_back(shard, answer);
    changed_.notify_all();
  }
  std::vector<std::pair<unsigned, UserAnswer>> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return list_.size() >= count; });
    return list_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<unsigned, UserAnswer>> list_;
};

class UserLookupsTest : public ::testing::Test {
 protected:
  std::unique_ptr<UserLookups> start(unsigned threads = 2, std::size_t max_waiting = 100) {
    return std::make_unique<UserLookups>(
        UserLookupsSettings{.open = [this] { return std::make_unique<TestStore>(name_, control_); },
                            .realm = "r",
                            .threads = threads,
                            .max_waiting = max_waiting},
        generation_, health_,
        [this](unsigned shard, const UserAnswer& answer) { answers_.deliver(shard, answer); });
  }

  std::string name_ = "user-lookups";
  TestStoreControl control_;
  TestStore store_{name_, control_};
  std::atomic<std::uint64_t> generation_{7};
  StoreHealth health_;
  Answers answers_;
};

TEST_F(UserLookupsTest, TellsTheKeyOfAUserOfTheRealm) {
  const std::string key(32, 'a');
  ASSERT_TRUE(store_.put(Table::kUser, to_row(UserRecord{"r", "alice", Secret(key)})));
  ASSERT_TRUE(store_.put(Table::kUser, to_row(UserRecord{"other", "bob", Secret(key)})));
  const auto lookups = start();
  EXPECT_TRUE(lookups->ask(3, "alice"));
  const auto [shard, answer] = answers_.wait_for(1).at(0);
  EXPECT_EQ(shard, 3U);
  EXPECT_EQ(answer.user, "alice");
  EXPECT_EQ(answer.generation, 7U);
  EXPECT_EQ(answer.answer.kind, Kind::kKnown);
  EXPECT_EQ(hex_encode(answer.answer.key.view()), key);
  EXPECT_TRUE(lookups->ask(0, "bob"));
  EXPECT_EQ(answers_.wait_for(2).at(1).second.answer.kind, Kind::kNoSuchUser);
}

TEST_F(UserLookupsTest, ASha256KeyIsTakenAndOtherTextsAreNobodys) {
  ASSERT_TRUE(
      store_.put(Table::kUser, to_row(UserRecord{"r", "sha", Secret(std::string(64, 'b'))})));
  ASSERT_TRUE(store_.put(Table::kUser, to_row(UserRecord{"r", "odd", Secret("0xabc")})));
  const auto lookups = start(1);
  lookups->ask(0, "sha");
  lookups->ask(0, "odd");
  const auto answers = answers_.wait_for(2);
  EXPECT_EQ(answers.at(0).second.answer.key.size, 32U);
  EXPECT_EQ(answers.at(1).second.answer.kind, Kind::kNoSuchUser);
}

TEST_F(UserLookupsTest, QuestionsForOneUserAreOne) {
  std::latch go(1);
  control_.before_select = [&go] { go.wait(); };
  const auto lookups = start(1);
  EXPECT_TRUE(lookups->ask(0, "blocker"));
  EXPECT_TRUE(lookups->ask(0, "alice"));
  EXPECT_TRUE(lookups->ask(1, "alice"));
  EXPECT_TRUE(lookups->ask(1, "alice"));
  EXPECT_EQ(lookups->waiting(), 2U);
  go.count_down();
  EXPECT_EQ(answers_.wait_for(3).size(), 3U);
  EXPECT_EQ(control_.selects, 2);
  EXPECT_EQ(lookups->asked(), 2U);
}

TEST_F(UserLookupsTest, WhenItIsFullItSaysSo) {
  std::latch go(1);
  control_.before_select = [&go] { go.wait(); };
  const auto lookups = start(1, 2);
  EXPECT_TRUE(lookups->ask(0, "one"));
  EXPECT_TRUE(lookups->ask(0, "two"));
  EXPECT_EQ(lookups->refused(), 0U);
  EXPECT_FALSE(lookups->ask(0, "three"));
  EXPECT_EQ(lookups->refused(), 1U);
  go.count_down();
  answers_.wait_for(2);
}

TEST_F(UserLookupsTest, AStoreThatFailsIsUnavailable) {
  health_.note_success();
  control_.fails = true;
  const auto lookups = start();
  lookups->ask(0, "alice");
  EXPECT_EQ(answers_.wait_for(1).at(0).second.answer.kind, Kind::kUnavailable);
  EXPECT_FALSE(health_.is_up());
}

}  // namespace
}  // namespace turnpike::server
