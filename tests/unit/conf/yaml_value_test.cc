#include "conf/yaml_value.h"

#include <gmock/gmock.h>

#include "conf/credentials_table.h"
#include "tests/unit/conf/yaml_loading.h"

namespace turnpike::conf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class YamlValue : public testing::Test {
 protected:
  template <class T>
  std::string assign(std::string_view key, const std::string& yaml, T& value, bool commas = false) {
    const YAML::Node node = YAML::Load(yaml);
    const YamlRow& row = *table_.find("", key);
    const Assigned done = assign_yaml({row, node, sources_, commas}, value);
    return done ? "" : done.error();
  }

  const YamlTable& table_ = credentials_table();
  MapReader reader_{{}};
  SecretSources sources_{reader_, [](const std::string&) { return std::nullopt; }};
};

TEST_F(YamlValue, NumbersHaveTheirRange) {
  seconds value{9};
  EXPECT_EQ(assign("lifetime.max", "0", value), "0 is out of range, allowed are 1 to 31536000");
  EXPECT_EQ(assign("lifetime.max", "-1", value), "\"-1\" is no whole number");
  EXPECT_EQ(assign("lifetime.max", "1.5", value), "\"1.5\" is no whole number");
  EXPECT_EQ(value, seconds(9));
  EXPECT_EQ(assign("lifetime.max", "64", value), "");
  EXPECT_EQ(value, seconds(64));
}

TEST_F(YamlValue, TextsHaveTheirLengthAndNoControls) {
  std::string value;
  EXPECT_EQ(assign("separator", "\"::\"", value), "has 2 characters, allowed are 1 to 1");
  EXPECT_THAT(assign("log.file", R"("a\nb")", value), HasSubstr("control character"));
  EXPECT_THAT(assign("log.file", "[a]", value), HasSubstr("needs one value"));
  EXPECT_EQ(assign("log.file", "~", value), "has no value");
}

TEST_F(YamlValue, AListMayBeOneValue) {
  std::vector<std::string> values;
  EXPECT_EQ(assign("cors_origins", "https://a", values), "");
  EXPECT_THAT(values, ElementsAre("https://a"));
}

TEST_F(YamlValue, CommasSplitWhereAsked) {
  std::vector<std::string> values;
  EXPECT_EQ(assign("trusted_proxies", "\"10.0.0.1, ::1\"", values, true), "");
  EXPECT_THAT(values, ElementsAre("10.0.0.1", "::1"));
}

TEST_F(YamlValue, AListOfPortsIsTakenWholeOrNotAtAll) {
  std::vector<std::uint16_t> ports = {1};
  const YamlRow row{"", "ports", YamlKind::kPortList, "[]", "8443", 1, 65535, "Ports."};
  const auto take = [&](const char* yaml) {
    const YAML::Node node = YAML::Load(yaml);
    const Assigned done = assign_yaml({row, node, sources_}, ports);
    return done ? "" : done.error();
  };
  EXPECT_EQ(take("[80, 65536]"), "65536 is out of range, allowed are 1 to 65535");
  EXPECT_EQ(take("[https]"), "\"https\" is no whole number");
  EXPECT_THAT(ports, ElementsAre(1));
  EXPECT_EQ(take("[80, 443]"), "");
  EXPECT_THAT(ports, ElementsAre(80, 443));
}

TEST_F(YamlValue, AFieldIsFilledByItsType) {
  std::uint64_t count = 0;
  const YAML::Node node = YAML::Load("7");
  const YamlSource from{*table_.find("api_keys", "per_day"), node, sources_};
  EXPECT_TRUE(assign_yaml(from, YamlField(&count)));
  EXPECT_EQ(count, 7u);
}

TEST_F(YamlValue, AnErrorAboutASecretDoesNotShowIt) {
  std::vector<Secret> values;
  const std::string error = assign("secrets", std::string(600, 's'), values);
  EXPECT_THAT(error, HasSubstr("has 600 characters"));
  EXPECT_THAT(error, testing::Not(HasSubstr("sss")));
  EXPECT_TRUE(values.empty());
}

TEST_F(YamlValue, ACommaInASecretIsPartOfIt) {
  std::vector<Secret> values;
  EXPECT_EQ(assign("secrets", "\"a,b\"", values, true), "");
  ASSERT_EQ(values.size(), 1u);
  EXPECT_EQ(values[0].reveal(), "a,b");
}

TEST_F(YamlValue, FlagsHaveSixWords) {
  bool value = false;
  for (const char* word : {"true", "yes", "on"}) {
    value = false;
    EXPECT_EQ(assign("relay_only", word, value), "");
    EXPECT_TRUE(value);
  }
  for (const char* word : {"false", "no", "off"}) {
    value = true;
    EXPECT_EQ(assign("relay_only", word, value), "");
    EXPECT_FALSE(value);
  }
}

}  // namespace
}  // namespace turnpike::conf
