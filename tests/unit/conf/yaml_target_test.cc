#include "conf/yaml_target.h"

#include <gtest/gtest.h>

#include "tests/unit/conf/tiny_yaml.h"

namespace turnpike::conf {
namespace {

TEST(YamlTarget, AFieldIsFoundByItsRow) {
  Tiny tiny;
  const YamlTarget target = tiny_target(tiny);
  const YamlField& field = field_of(target.members, *tiny_table().find("", "count"));
  *std::get<std::uint64_t*>(field) = 8;
  EXPECT_EQ(tiny.count, 8u);
}

TEST(YamlTarget, AListGrowsByEntriesOfDefaults) {
  Tiny tiny;
  const YamlTarget target = tiny_target(tiny);
  const YamlList& rooms = target.lists.front();
  rooms.add();
  rooms.add();
  EXPECT_EQ(rooms.size(), 2u);
  const YamlMembers second = rooms.members(1);
  *std::get<bool*>(field_of(second, *tiny_table().find("rooms", "open"))) = false;
  EXPECT_TRUE(tiny.rooms[0].open);
  EXPECT_FALSE(tiny.rooms[1].open);
}

TEST(YamlTargetDeathTest, ARowWithoutAMemberIsABug) {
  Tiny tiny;
  const YamlTarget target = tiny_target(tiny);
  EXPECT_DEATH(field_of(target.members, *tiny_table().find("rooms", "open")), "");
}

}  // namespace
}  // namespace turnpike::conf
