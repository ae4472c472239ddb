#include "credentials/store/redis_settings.h"

#include <gtest/gtest.h>

namespace turnpike::credentials {
namespace {

constexpr milliseconds kTimeout{1234};

std::string error_of(std::string_view text) {
  const auto settings = parse_redis_settings(text, kTimeout);
  if (settings) return "accepted";
  EXPECT_EQ(settings.error().failure, StoreFailure::kRefused);
  return settings.error().text;
}

TEST(RedisSettings, NothingMeansTheUsualServer) {
  const auto settings = parse_redis_settings("", kTimeout);
  ASSERT_TRUE(settings);
  EXPECT_EQ(redis_address(*settings), "127.0.0.1:6379");
  EXPECT_EQ(settings->database, "");
  EXPECT_EQ(settings->timeout, kTimeout);
}

TEST(RedisSettings, EveryAliasOfCoturn) {
  for (const char* host : {"host", "ip", "addr", "ipaddr", "hostaddr"}) {
    EXPECT_EQ(parse_redis_settings(std::string(host) + "=h1", kTimeout)->host, "h1") << host;
  }
  for (const char* port : {"port", "p"}) {
    EXPECT_EQ(parse_redis_settings(std::string(port) + "=77", kTimeout)->port, 77) << port;
  }
  for (const char* name : {"dbname", "db", "database"}) {
    EXPECT_EQ(parse_redis_settings(std::string(name) + "=3", kTimeout)->database, "3") << name;
  }
  for (const char* user : {"user", "uname", "name", "username"}) {
    EXPECT_EQ(parse_redis_settings(std::string(user) + "=u", kTimeout)->user, "u") << user;
  }
  for (const char* word : {"password", "pwd", "passwd", "secret"}) {
    const auto settings = parse_redis_settings(std::string(word) + "=a=b", kTimeout);
    EXPECT_EQ(settings->password.reveal(), "a=b") << word;
  }
  for (const char* time : {"connect_timeout", "timeout"}) {
    EXPECT_EQ(parse_redis_settings(std::string(time) + "=2", kTimeout)->timeout, seconds(2));
  }
}

TEST(RedisSettings, WordsMayBeFarApart) {
  const auto settings = parse_redis_settings("  ip=10.0.0.1\t port=1   dbname=2 ", kTimeout);
  ASSERT_TRUE(settings) << settings.error().text;
  EXPECT_EQ(redis_address(*settings), "10.0.0.1:1");
  EXPECT_EQ(parse_redis_settings("socket=/run/r.sock", kTimeout)->socket, "/run/r.sock");
}

TEST(RedisSettings, TlsIsRefusedWithAWayOut) {
  for (const char* text : {"tls", "ssl", "tls=1", "ssl=true tls-ca=/ca.pem"}) {
    EXPECT_NE(error_of(text).find("stunnel"), std::string::npos) << text;
  }
  EXPECT_TRUE(parse_redis_settings("tls=0 tls-ca=/a capath=/b cert=c clientkey=d sni=e verify=none",
                                   kTimeout));
}

TEST(RedisSettings, ErrorsNameTheKeyAndNeverTheValue) {
  EXPECT_NE(error_of("prot=99").find("'prot'"), std::string::npos);
  EXPECT_NE(error_of("port=70000").find("65535"), std::string::npos);
  EXPECT_NE(error_of("port=0").find("'port'"), std::string::npos);
  EXPECT_NE(error_of("db=one").find("'db'"), std::string::npos);
  EXPECT_NE(error_of("timeout=0").find("'timeout'"), std::string::npos);
  const std::string spaced = error_of("password=hush hush2");
  EXPECT_NE(spaced.find("spaces"), std::string::npos);
  EXPECT_EQ(spaced.find("hush"), std::string::npos);
}

}  // namespace
}  // namespace turnpike::credentials
