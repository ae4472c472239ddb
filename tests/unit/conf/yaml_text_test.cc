#include "conf/yaml_text.h"

#include <gtest/gtest.h>

namespace turnpike::conf {
namespace {

TEST(YamlText, QuotesWhatYamlWouldReadOtherwise) {
  EXPECT_EQ(yaml_text(std::string("plain-text_1.0/x")), "plain-text_1.0/x");
  EXPECT_EQ(yaml_text(std::string("yes")), "\"yes\"");
  EXPECT_EQ(yaml_text(std::string("a\"b\\c")), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(yaml_text(std::string()), "\"\"");
}

TEST(YamlText, HidesSecretsUnlessTheyAreDefaults) {
  EXPECT_EQ(yaml_text(Secret("hush")), "(hidden)");
  EXPECT_EQ(yaml_text(Secret()), "\"\"");
  EXPECT_EQ(yaml_text(std::vector<Secret>{Secret("a"), Secret("b")}), "[(hidden), (hidden)]");
  EXPECT_EQ(yaml_default_text(Secret("turnpike.db")), "turnpike.db");
}

TEST(YamlText, WritesNumbersFlagsAndLists) {
  EXPECT_EQ(yaml_text(true), "true");
  EXPECT_EQ(yaml_text(std::uint64_t{7}), "7");
  EXPECT_EQ(yaml_text(std::uint16_t{443}), "443");
  EXPECT_EQ(yaml_text(seconds(90)), "90");
  EXPECT_EQ(yaml_text(std::vector<std::uint16_t>{80, 443}), "[80, 443]");
  EXPECT_EQ(yaml_text(std::vector<std::string>{"a", "b c"}), "[a, \"b c\"]");
}

}  // namespace
}  // namespace turnpike::conf
