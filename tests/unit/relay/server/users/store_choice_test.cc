#include "relay/server/users/store_choice.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace turnpike::server {
namespace {

TEST(StoreChoice, WithoutADatabaseThereIsNone) {
  const auto chosen = choose_store(conf::default_config());
  ASSERT_TRUE(chosen);
  EXPECT_FALSE(chosen->has_value());
}

TEST(StoreChoice, UserdbIsASqliteFile) {
  conf::TurnserverConfig config;
  config.userdb = "turndb";
  config.secret_key_file = "key";
  const auto chosen = choose_store(config);
  ASSERT_TRUE(chosen);
  ASSERT_TRUE(chosen->has_value());
  EXPECT_EQ((*chosen)->kind, credentials::StoreKind::kSqlite);
  EXPECT_EQ((*chosen)->connection.reveal(), "turndb");
  EXPECT_EQ((*chosen)->secret_key_file, "key");
  EXPECT_NE(::access("turndb", F_OK), 0);  // nothing is opened yet
}

TEST(StoreChoice, TwoDatabasesContradictEachOther) {
  conf::TurnserverConfig config;
  config.userdb = "turndb";
  config.redis_userdb = Secret("ip=127.0.0.1 password=hunter2");
  const auto chosen = choose_store(config);
  ASSERT_FALSE(chosen);
  EXPECT_NE(chosen.error().find("redis-userdb contradicts userdb"), std::string::npos);
  EXPECT_EQ(chosen.error().find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace turnpike::server
