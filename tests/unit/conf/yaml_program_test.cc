#include "conf/yaml_program.h"

#include <gtest/gtest.h>

#include "tests/unit/conf/tiny_yaml.h"

namespace turnpike::conf {
namespace {

TEST(YamlProgram, ItsOwnOptionsStandBetweenThoseOfAll) {
  const std::vector<YamlCommand> all = tiny_program().all_commands();
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[0].usage, "-c, --config=FILE");
  EXPECT_EQ(all[0].help, "The configuration; without it /etc/turnpike/tiny.yml.");
  EXPECT_EQ(all[3].usage, "--shrink=N");
  EXPECT_EQ(all[4].usage, "--version, --help");
}

}  // namespace
}  // namespace turnpike::conf
