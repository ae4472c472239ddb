#include "cobrowse/server/redis_link.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/support/redis_server.h"

namespace turnpike::cobrowse {
namespace {

using turnpike::testing::RedisServer;

/// How long it took to be told that nobody answers.
milliseconds wait_of(RedisLink& link) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(link.run({"PING"}));
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
}

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

TEST(RedisLink, WaitsNoLongerThanItsPatience) {
  if (!RedisServer::missing().empty()) GTEST_SKIP() << RedisServer::missing();
  RedisServer server;
  RedisLink link(*parse_redis_address(server.connection()), {.in_all = milliseconds(400)});
  ASSERT_TRUE(link.run({"PING"}));
  server.hang();
  EXPECT_LT(wait_of(link), milliseconds(750)) << "and not once more over a new connection";
}

TEST(RedisLink, TriesLaterAndLaterWhileNobodyAnswers) {
  if (!RedisServer::missing().empty()) GTEST_SKIP() << RedisServer::missing();
  RedisServer server;
  server.hang();
  RedisLink link(
      *parse_redis_address(server.connection()),
      {.in_all = milliseconds(20), .pause = milliseconds(20), .longest_pause = milliseconds(640)});
  int waits = 0;
  const auto end = std::chrono::steady_clock::now() + seconds(2);
  while (std::chrono::steady_clock::now() < end) {
    if (wait_of(link) >= milliseconds(10)) ++waits;
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_GE(waits, 1);
  EXPECT_LE(waits, 15) << "after 20, 40, 80, 160, 320 and 640 ms";
  server.go_on();
  bool is_back = false;
  for (int i = 0; i < 1000 && !is_back; ++i) {
    std::this_thread::sleep_for(milliseconds(10));
    is_back = link.run({"PING"}).has_value();
  }
  EXPECT_TRUE(is_back);
}

}  // namespace
}  // namespace turnpike::cobrowse
