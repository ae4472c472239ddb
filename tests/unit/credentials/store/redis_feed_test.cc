#include "credentials/store/redis_feed.h"

#include <gtest/gtest.h>

#include <thread>

#include "credentials/store/redis_store.h"
#include "tests/support/redis_server.h"

namespace turnpike::credentials {
namespace {

using ::turnpike::testing::RedisServer;

constexpr milliseconds kLong{10'000}, kShort{200};

class RedisFeedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!RedisServer::missing().empty()) GTEST_SKIP() << RedisServer::missing();
  }
  static std::unique_ptr<ChangeFeed> feed_of(const RedisServer& server) {
    auto feed = open_redis_feed(*parse_redis_settings(server.connection(), milliseconds(5000)));
    EXPECT_TRUE(feed->wait(kLong).value_or(false)) << "the first look at the store";
    while (feed->wait(kShort).value_or(false)) continue;
    return feed;
  }
};

TEST_F(RedisFeedTest, NoticesOtherPrograms) {
  const RedisServer server;
  const auto feed = feed_of(server);
  server.cli({"SET", "turn/realm/r/user/u/key", "00"});
  EXPECT_TRUE(feed->wait(kLong).value_or(false));
  server.cli({"SADD", "turn/realm/r/secret", "s"});
  EXPECT_TRUE(feed->wait(kLong).value_or(false));
  server.cli({"HSET", "turn/oauth/kid/k", "realm", "r"});
  EXPECT_TRUE(feed->wait(kLong).value_or(false));
  server.cli({"DEL", "turn/realm/r/user/u/key"});
  EXPECT_TRUE(feed->wait(kLong).value_or(false));
}

TEST_F(RedisFeedTest, SleepsThroughWhatDoesNotMatter) {
  const RedisServer server;
  const auto feed = feed_of(server);
  server.cli({"SET", "turn/realm/r/user/u/allocation/001000000000000001/status", "new"});
  server.cli({"SET", "elsewhere", "x"});
  server.cli({"HSET", "turnpike/credential/1:u", "session", "x"});
  EXPECT_EQ(feed->wait(kShort), false);
}

TEST_F(RedisFeedTest, SaysTrueOnceItHasFoundTheServerAgain) {
  RedisServer server;
  const auto feed = feed_of(server);
  server.stop();
  EXPECT_FALSE(feed->wait(kLong)) << "nothing can be seen";
  EXPECT_FALSE(feed->wait(kLong));
  server.start();
  EXPECT_TRUE(feed->wait(kLong).value_or(false));
  server.cli({"SET", "turn/realm/r/user/u/key", "00"});
  EXPECT_TRUE(feed->wait(kLong).value_or(false)) << "notifications are on again";
}

TEST_F(RedisFeedTest, OurOwnWritesAreSeenWhereConfigIsForbidden) {
  const RedisServer server({"--rename-command", "CONFIG", ""});
  const auto feed = feed_of(server);
  server.cli({"SET", "turn/realm/r/user/u/key", "00"});
  EXPECT_EQ(feed->wait(kShort), false);
  auto store = open_redis_store(server.connection(), milliseconds(5000), nullptr);
  ASSERT_TRUE((*store)->put(Table::kSecret, Row{"r", "s"}));
  EXPECT_TRUE(feed->wait(kLong).value_or(false));
}

TEST_F(RedisFeedTest, AnotherThreadInterrupts) {
  const RedisServer server;
  const auto feed = feed_of(server);
  std::thread other([&feed] { feed->interrupt(); });
  EXPECT_EQ(feed->wait(milliseconds(60'000)), false);
  other.join();
}

TEST(RedisFeed, AddsOnlyTheFlagsThatAreMissing) {
  EXPECT_EQ(missing_keyspace_flags(""), "Kg$shx");
  EXPECT_EQ(missing_keyspace_flags("AE"), "K");
  EXPECT_EQ(missing_keyspace_flags("Kg$x"), "sh");
  EXPECT_EQ(missing_keyspace_flags("AKE"), "");
}

TEST(RedisFeed, KeysThatMatter) {
  EXPECT_TRUE(matters_to_feed("turn/realm/r/user/u/key"));
  EXPECT_TRUE(matters_to_feed("turn/admin_user/status"));
  EXPECT_FALSE(matters_to_feed("turn/user/u/allocation/001000000000000001/status"));
}

}  // namespace
}  // namespace turnpike::credentials
