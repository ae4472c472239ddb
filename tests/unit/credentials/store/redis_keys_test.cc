#include "credentials/store/redis_keys.h"

#include <gtest/gtest.h>

namespace turnpike::credentials {
namespace {

struct Place {
  Table table{};
  Row columns;
  std::string key;
};

TEST(RedisKeys, CoturnsLayoutThereAndBack) {
  const Place places[] = {
      {Table::kUser, {"example.org", "bob"}, "turn/realm/example.org/user/bob/key"},
      {Table::kUser, {"", "bob"}, "turn/user/bob/key"},
      {Table::kUser, {"r", "a/user/b/key"}, "turn/realm/r/user/a/user/b/key/key"},
      {Table::kUser, {"r/s", "/"}, "turn/realm/r/s/user///key"},
      {Table::kSecret, {"r"}, "turn/realm/r/secret"},
      {Table::kSecret, {"secret/secret"}, "turn/realm/secret/secret/secret"},
      {Table::kAllowedPeer, {""}, "turn/realm//allowed-peer-ip"},
      {Table::kDeniedPeer, {"r"}, "turn/realm/r/denied-peer-ip"},
      {Table::kOrigin, {"https://h:443"}, "turn/origin/https://h:443"},
      {Table::kRealmOption, {"r/s", "total-quota"}, "turn/realm/r/s/total-quota"},
      {Table::kOauthKey, {"k/1"}, "turn/oauth/kid/k/1"},
      {Table::kAdmin, {"root"}, "turn/admin_user/root"},
      {Table::kRevocation, {"user", "a/b"}, "turnpike/revocation/user/a/b"},
      {Table::kCredential, {"17:x/y"}, "turnpike/credential/17:x/y"},
      {Table::kApiKey, {"id"}, "turnpike/api_key/id"},
  };
  for (const Place& place : places) {
    EXPECT_EQ(redis_key(place.table, place.columns), place.key);
    EXPECT_EQ(parse_redis_key(place.table, place.key), place.columns) << place.key;
  }
}

TEST(RedisKeys, OtherSpellingsOfAUser) {
  EXPECT_EQ(parse_redis_key(Table::kUser, "turn/realm/r/user/a/password"), (Row{"r", "a"}));
  EXPECT_EQ(parse_redis_key(Table::kUser, "turn/realm//user/a/key"), (Row{"", "a"}));
  EXPECT_EQ(redis_aliases(Table::kUser, {"r", "a"}),
            (std::vector<std::string>{"turn/realm/r/user/a/key", "turn/realm/r/user/a/password"}));
  EXPECT_EQ(redis_aliases(Table::kUser, {"", "a"}).size(), 4U);
}

TEST(RedisKeys, OtherKeysAreNoRows) {
  EXPECT_FALSE(parse_redis_key(Table::kUser, "turn/realm/r/user/a/allocation/001/status"));
  EXPECT_FALSE(parse_redis_key(Table::kUser, "turn/realm/r/key"));
  EXPECT_FALSE(parse_redis_key(Table::kUser, "turn/user/key"));
  EXPECT_FALSE(parse_redis_key(Table::kUser, "elsewhere/key"));
  EXPECT_FALSE(parse_redis_key(Table::kRealmOption, "turn/realm/r/min-bps"));
  EXPECT_FALSE(parse_redis_key(Table::kRealmOption, "turn/realm/max-bps"));
  EXPECT_FALSE(parse_redis_key(Table::kSecret, "turn/realm/secret"));
  EXPECT_FALSE(parse_redis_key(Table::kRevocation, "turnpike/revocation/user"));
}

TEST(RedisKeys, WhatTheLayoutCannotHoldIsRefused) {
  for (const char* realm : {"a/user/b", "a/user", "/user/"}) {
    EXPECT_FALSE(redis_key(Table::kUser, {realm, "n"})) << realm;
  }
  EXPECT_FALSE(redis_key(Table::kRealmOption, {"r", "min-bps"}));
  EXPECT_FALSE(redis_key(Table::kRevocation, {"a/b", "v"}));
}

TEST(RedisKeys, PatternsTakeTextsAsBytes) {
  EXPECT_EQ(scan_pattern(Table::kSecret, {}), "turn/realm/*/secret");
  EXPECT_EQ(scan_pattern(Table::kOrigin, {{0, "a*[b]?\\"}}), "turn/origin/a\\*\\[b\\]\\?\\\\");
  EXPECT_EQ(scan_pattern(Table::kRevocation, {{1, "x"}}), "turnpike/revocation/*/x");
}

}  // namespace
}  // namespace turnpike::credentials
