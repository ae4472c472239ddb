#include "conf/yaml_table.h"

#include "tests/unit/conf/tiny_yaml.h"
#include "tests/unit/conf/yaml_loading.h"

namespace turnpike::conf {
namespace {

TEST(YamlTable, TheTinyOneIsSound) {
  expect_sound(tiny_table());
}

TEST(YamlTable, FindsRowsInTheirList) {
  EXPECT_EQ(tiny_table().find("", "count")->max, 10u);
  EXPECT_EQ(tiny_table().find("rooms", "id")->full_key(), "rooms[].id");
  EXPECT_EQ(tiny_table().find("", "id"), nullptr);
  EXPECT_EQ(tiny_table().find("rooms", "count"), nullptr);
}

TEST(YamlTable, KnowsMappings) {
  EXPECT_TRUE(tiny_table().is_mapping("look"));
  EXPECT_FALSE(tiny_table().is_mapping("loo"));
  EXPECT_FALSE(tiny_table().is_mapping("look.color"));
  EXPECT_FALSE(tiny_table().is_mapping("name"));
}

TEST(YamlTable, NamesTheNearestKeyAliasOrList) {
  EXPECT_EQ(tiny_table().nearest("look.colour"), "look.color");
  EXPECT_EQ(tiny_table().nearest("org.example.rooms"), "org.example.room");
  EXPECT_EQ(tiny_table().nearest("room"), "rooms");
  EXPECT_EQ(tiny_table().nearest("rooms[].opne"), "rooms[].open");
  EXPECT_EQ(tiny_table().nearest(""), "");
  EXPECT_EQ(tiny_table().nearest(std::string(100, 'x')), "");
}

TEST(YamlTable, AnEmptyTextOrListIsNoDefault) {
  EXPECT_TRUE(tiny_table().find("", "count")->has_default());
  EXPECT_FALSE(tiny_table().find("", "key")->has_default());
  EXPECT_FALSE(tiny_table().find("", "words")->has_default());
}

}  // namespace
}  // namespace turnpike::conf
