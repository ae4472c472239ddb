#include "conf/credentials_table.h"

#include <gtest/gtest.h>

#include <set>

namespace turnpike::conf {
namespace {

TEST(CredentialsTable, EveryKeyIsThereOnceAndHasAHelpThatEnds) {
  std::set<std::string> seen;
  for (const CredentialsRow& row : credentials_rows()) {
    EXPECT_TRUE(seen.insert(row.full_key()).second) << row.full_key();
    EXPECT_TRUE(row.help.ends_with('.')) << row.full_key();
    EXPECT_LE(row.min, row.max) << row.full_key();
    EXPECT_FALSE(row.example.empty()) << row.full_key();
  }
}

TEST(CredentialsTable, EveryAliasNamesAKey) {
  std::set<std::string> keys;
  for (const CredentialsRow& row : credentials_rows()) keys.insert(row.full_key());
  for (const CredentialsAlias& alias : credentials_aliases()) {
    EXPECT_TRUE(keys.contains(std::string(alias.key))) << alias.name;
  }
}

TEST(CredentialsTable, KnowsMappings) {
  EXPECT_TRUE(is_credentials_mapping("tls"));
  EXPECT_FALSE(is_credentials_mapping("tl"));
  EXPECT_FALSE(is_credentials_mapping("hash"));
}

TEST(CredentialsTable, TheNearestKeyMayBeAnAlias) {
  EXPECT_EQ(nearest_credentials_key("com.unblu.webrtc.iceServers"), "com.unblu.webrtc.iceServer");
  EXPECT_EQ(nearest_credentials_key("relay"), "relays");
  EXPECT_EQ(nearest_credentials_key("apikeys"), "api_keys");
  EXPECT_EQ(nearest_credentials_key(""), "");
  EXPECT_EQ(nearest_credentials_key(std::string(100, 'x')), "");
}

TEST(CredentialsTable, DefaultsAreYaml) {
  const auto text = [](CredentialsGroup group, std::string_view key) {
    return credentials_default(*find_credentials_row(group, key));
  };
  EXPECT_EQ(text(CredentialsGroup::kRoot, "listen"), "[\"127.0.0.1:8080\"]");
  EXPECT_EQ(text(CredentialsGroup::kRoot, "store.connection"), "turnpike.db");
  EXPECT_EQ(text(CredentialsGroup::kRelay, "tls_port"), "443");
  EXPECT_EQ(text(CredentialsGroup::kApiKey, "may_manage"), "false");
  EXPECT_EQ(text(CredentialsGroup::kRoot, "audit_file"), "\"\"");
}

TEST(CredentialsTable, QuotesWhatYamlWouldReadOtherwise) {
  EXPECT_EQ(yaml_text(std::string("plain-text_1.0/x")), "plain-text_1.0/x");
  EXPECT_EQ(yaml_text(std::string("yes")), "\"yes\"");
  EXPECT_EQ(yaml_text(std::string("a\"b\\c")), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(yaml_text(Secret("hush")), "(hidden)");
}

}  // namespace
}  // namespace turnpike::conf
