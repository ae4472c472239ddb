#include "conf/service_aliases.h"

#include <gtest/gtest.h>

#include <set>

namespace turnpike::conf {
namespace {

TEST(ServiceAliases, EachNameIsThereOnceAndMeansAKeyOfItsOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> keys;
  for (const YamlAlias& alias : service_aliases()) {
    EXPECT_TRUE(names.insert(alias.name).second) << alias.name;
    EXPECT_TRUE(keys.insert(alias.key).second) << alias.key;
  }
  EXPECT_TRUE(names.contains("com.unblu.webrtc.iceServer"));
  EXPECT_TRUE(keys.contains("relays[].host"));
}

}  // namespace
}  // namespace turnpike::conf
