#include "cobrowse/server/redis_address.h"

#include <gtest/gtest.h>

namespace turnpike::cobrowse {
namespace {

TEST(RedisAddress, UrlsAndCoturnsWords) {
  const auto url = parse_redis_address("redis://ann:a%40b@10.0.0.5:6380/3");
  ASSERT_TRUE(url) << url.error();
  EXPECT_EQ(redis_place(*url), "10.0.0.5:6380");
  EXPECT_EQ(url->user, "ann");
  EXPECT_EQ(url->password.reveal(), "a@b");
  EXPECT_EQ(url->database, 3U);
  const auto words = parse_redis_address("ip=10.0.0.5 dbname=2 password=x  port=7 user=ann");
  ASSERT_TRUE(words) << words.error();
  EXPECT_EQ(redis_place(*words), "10.0.0.5:7");
  EXPECT_EQ(words->database, 2U);
  EXPECT_EQ(words->password.reveal(), "x");
  EXPECT_EQ(redis_place(*parse_redis_address("unix:///run/redis.sock")), "/run/redis.sock");
  EXPECT_EQ(redis_place(*parse_redis_address("redis://cache")), "cache:6379");
}

TEST(RedisAddress, MistakesAreSaidWithoutThePassword) {
  for (const char* const wrong :
       {"rediss://:hidden@a", "http://:hidden@a", "redis://:hidden@a:99999", "redis://:hidden@a/x",
        "ip=a hidden", "what=hidden", "port=hidden", "unix://"}) {
    const auto parsed = parse_redis_address(wrong);
    ASSERT_FALSE(parsed) << wrong;
    EXPECT_EQ(parsed.error().find("hidden"), std::string::npos) << parsed.error();
  }
}

}  // namespace
}  // namespace turnpike::cobrowse
