#include "cobrowse/server/redis_link.h"

#include <gtest/gtest.h>

#include "tests/support/redis_server.h"

namespace turnpike::cobrowse {
namespace {

using turnpike::testing::RedisServer;

TEST(RedisLink, AsksAndComesBackAfterARestart) {
  if (!RedisServer::missing().empty()) GTEST_SKIP() << RedisServer::missing();
  RedisServer server({"--requirepass", "horse"});
  RedisLink link(*parse_redis_address(server.connection() + " password=horse"));
  ASSERT_TRUE(link.run({"SET", "k", std::string("a\0b", 3)}));
  EXPECT_EQ(link.run({"GET", "k"})->text, std::string("a\0b", 3));
  EXPECT_TRUE(link.run({"GET", "none"})->is_nil);
  EXPECT_FALSE(link.run({"HGETALL", "k"}));
  EXPECT_EQ(link.run({"MGET", "k", "none"})->items.size(), 2U);
  server.stop();
  server.start();
  EXPECT_EQ(link.run({"STRLEN", "k"})->number, 0)
      << "the old connection is dead, a new one is made";
  server.stop();
  EXPECT_FALSE(link.run({"PING"}));
  RedisServer other({"--requirepass", "horse"});
  RedisLink wrong(*parse_redis_address(other.connection() + " password=battery"));
  const auto refused = wrong.run({"PING"});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("check user, password"), std::string::npos);
  EXPECT_EQ(refused.error().find("battery"), std::string::npos);
}

}  // namespace
}  // namespace turnpike::cobrowse
