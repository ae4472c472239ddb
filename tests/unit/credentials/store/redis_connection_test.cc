#include "credentials/store/redis_connection.h"

#include <gtest/gtest.h>

#include "tests/support/redis_server.h"

namespace turnpike::credentials {
namespace {

using ::turnpike::testing::RedisServer;

RedisConnection connection_to(const std::string& text) {
  return RedisConnection(*parse_redis_settings(text, milliseconds(5000)));
}

class RedisConnectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!RedisServer::missing().empty()) GTEST_SKIP() << RedisServer::missing();
  }
};

TEST_F(RedisConnectionTest, AnswersOfEveryKind) {
  const RedisServer server;
  auto redis = connection_to("socket=" + server.socket_path());
  const auto replies = redis.run(std::vector<RedisCommand>{{"SET", "k", std::string("a\0b", 3)},
                                                           {"GET", "k"},
                                                           {"GET", "none"},
                                                           {"STRLEN", "k"},
                                                           {"MGET", "k", "none"}});
  ASSERT_TRUE(replies) << replies.error().text;
  EXPECT_EQ((*replies)[1].text, std::string("a\0b", 3));
  EXPECT_EQ((*replies)[2].kind, RedisReply::Kind::kNil);
  EXPECT_EQ((*replies)[3].number, 3);
  ASSERT_EQ((*replies)[4].items.size(), 2U);
  EXPECT_EQ((*replies)[4].items[1].kind, RedisReply::Kind::kNil);
}

TEST_F(RedisConnectionTest, AnErrorAnswerLeavesTheConnectionUsable) {
  const RedisServer server;
  auto redis = connection_to(server.connection());
  const auto wrong = redis.run(std::vector<RedisCommand>{{"SET", "k", "v"}, {"HGETALL", "k"}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().failure, StoreFailure::kBadData);
  EXPECT_TRUE(redis.connected());
  EXPECT_EQ(redis.run({"GET", "k"})->text, "v");
}

TEST_F(RedisConnectionTest, PasswordsAreCheckedAndNeverShown) {
  const RedisServer server({"--requirepass", "correct-horse"});
  EXPECT_TRUE(connection_to(server.connection() + " password=correct-horse").connect());
  EXPECT_TRUE(connection_to(server.connection() + " user=default pwd=correct-horse").connect());
  for (const char* login : {" password=battery-staple", "", " user=eve secret=battery-staple"}) {
    auto redis = connection_to(server.connection() + login);
    const auto done = redis.connect();
    ASSERT_FALSE(done) << login;
    EXPECT_EQ(done.error().failure, StoreFailure::kRefused) << login;
    EXPECT_NE(done.error().text.find("login refused"), std::string::npos) << done.error().text;
    EXPECT_EQ(done.error().text.find("battery"), std::string::npos) << done.error().text;
    EXPECT_FALSE(redis.connected());
  }
}

TEST_F(RedisConnectionTest, ADatabaseThatIsNotThereIsRefused) {
  const RedisServer server;
  const auto done = connection_to("socket=" + server.socket_path() + " db=9999").connect();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().failure, StoreFailure::kRefused);
}

TEST_F(RedisConnectionTest, GoesOnAfterTheServerWasRestarted) {
  RedisServer server;
  auto redis = connection_to(server.connection());
  ASSERT_TRUE(redis.run({"PING"}));
  server.stop();
  const auto down = redis.run({"PING"});
  ASSERT_FALSE(down);
  EXPECT_EQ(down.error().failure, StoreFailure::kUnavailable);
  EXPECT_NE(down.error().text.find("127.0.0.1"), std::string::npos) << down.error().text;
  server.start();
  EXPECT_TRUE(redis.run({"PING"}));
  server.stop();
  server.start();
  EXPECT_TRUE(redis.run({"PING"})) << "over a connection that died in between";
}

TEST(RedisError, ShowsNoArguments) {
  const StoreError error =
      redis_error("ERR unknown command 'AUTHX', with args beginning with: 'hush'", "AUTHX");
  EXPECT_EQ(error.failure, StoreFailure::kRefused);
  EXPECT_EQ(error.text.find("hush"), std::string::npos);
  EXPECT_EQ(redis_error("LOADING Redis is loading", "GET").failure, StoreFailure::kUnavailable);
}

}  // namespace
}  // namespace turnpike::credentials
