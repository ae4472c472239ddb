#include "conf/yaml_kind.h"

#include <gtest/gtest.h>

namespace turnpike::conf {
namespace {

TEST(YamlKind, AnOriginIsALineOrTheDefault) {
  const YamlPlaces places{.file = "a.yml", .lines = {{"tls.key", 7}}};
  EXPECT_EQ(places.origin("tls.key").to_string(), "a.yml:7");
  EXPECT_TRUE(places.origin("tls").is_default());
}

}  // namespace
}  // namespace turnpike::conf
