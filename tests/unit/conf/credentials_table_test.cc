#include "conf/credentials_table.h"

#include "tests/unit/conf/yaml_loading.h"

namespace turnpike::conf {
namespace {

TEST(CredentialsTable, IsSound) {
  expect_sound(credentials_table());
}

TEST(CredentialsTable, EveryRowHasAMember) {
  CredentialsConfig config;
  expect_bound(credentials_target(config));
}

TEST(CredentialsTable, TheNearestKeyMayBeAnAlias) {
  const YamlTable& table = credentials_table();
  EXPECT_EQ(table.nearest("com.unblu.webrtc.iceServers"), "com.unblu.webrtc.iceServer");
  EXPECT_EQ(table.nearest("relay"), "relays");
  EXPECT_EQ(table.nearest("apikeys"), "api_keys");
}

TEST(CredentialsTable, DefaultsAreYaml) {
  const auto initial = [](std::string_view list, std::string_view key) {
    return credentials_table().find(list, key)->initial;
  };
  EXPECT_EQ(initial("", "listen"), "[\"127.0.0.1:8080\"]");
  EXPECT_EQ(initial("", "store.connection"), "turnpike.db");
  EXPECT_EQ(initial("relays", "tls_port"), "443");
  EXPECT_EQ(initial("api_keys", "may_manage"), "false");
  EXPECT_EQ(initial("", "audit_file"), "\"\"");
}

}  // namespace
}  // namespace turnpike::conf
