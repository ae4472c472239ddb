#include <gmock/gmock.h>

#include "conf/render_yaml.h"
#include "tests/unit/conf/tiny_yaml.h"

namespace turnpike::conf {
namespace {

using testing::HasSubstr;

TEST(RenderYamlMan, NamesTheProgramItsOptionsKeysAndOtherNames) {
  const std::string page = render_yaml_man_page(tiny_program());
  EXPECT_THAT(page, testing::StartsWith(".TH TINY\\-SERVICE 1 "));
  EXPECT_THAT(page, HasSubstr(".SH NAME\ntiny\\-service \\- does next to nothing\n"));
  EXPECT_THAT(page, HasSubstr("\n.B \\-\\-shrink=N\nBe smaller.\n"));
  EXPECT_THAT(page, HasSubstr("\n.B look.color\nIts color.\nOne of red|blue.\nDefault: red.\n"));
  EXPECT_THAT(page, HasSubstr("\n.B rooms[].id\nIts name.\n.TP\n"));
  EXPECT_THAT(page, HasSubstr("\n.B org.example.room\nrooms[].id\n"));
  EXPECT_THAT(page, HasSubstr("SIGHUP\nNothing.\n"));
}

}  // namespace
}  // namespace turnpike::conf
