#include "conf/cobrowse_table.h"

#include "conf/credentials_table.h"
#include "tests/unit/conf/yaml_loading.h"

namespace turnpike::conf {
namespace {

TEST(CobrowseTable, IsSound) {
  expect_sound(cobrowse_table());
}

TEST(CobrowseTable, EveryRowHasAMember) {
  CobrowseConfig config;
  expect_bound(cobrowse_target(config));
}

TEST(CobrowseTable, EntryPathsAreThoseOfCredentials) {
  std::size_t found = 0;
  for (const YamlRow& row : credentials_table().rows) {
    if (!row.key.starts_with("entry_paths.")) continue;
    ++found;
    const YamlRow* const same = cobrowse_table().find("", row.key);
    ASSERT_NE(same, nullptr) << row.key;
    EXPECT_EQ(same->initial, row.initial) << row.key;
  }
  EXPECT_EQ(found, 11u);
}

TEST(CobrowseTable, DefaultsAreYaml) {
  const auto initial = [](std::string_view list, std::string_view key) {
    return cobrowse_table().find(list, key)->initial;
  };
  EXPECT_EQ(initial("", "listen"), "[\"127.0.0.1:8090\"]");
  EXPECT_EQ(initial("", "egress.allow_ports"), "[]");
  EXPECT_EQ(initial("", "renderer.user_agent_token"), "\"TurnpikeRenderer UnbluRenderingService\"");
  EXPECT_EQ(initial("api_keys", "role"), "agent");
  EXPECT_EQ(cobrowse_table().find("relays", "probe"), nullptr);
}

TEST(CobrowseTable, NamesTheNearestKey) {
  EXPECT_EQ(cobrowse_table().nearest("timers.absolut"), "timers.absolute");
  EXPECT_EQ(cobrowse_table().nearest("egress.allow_site"), "egress.allow_sites");
  EXPECT_EQ(cobrowse_table().nearest("api_keys[].rol"), "api_keys[].role");
}

}  // namespace
}  // namespace turnpike::conf
