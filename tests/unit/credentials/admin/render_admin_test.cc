#include "credentials/admin/render_admin.h"

#include <gmock/gmock.h>

#include "conf/render_parts.h"
#include "credentials/admin/turnadmin_table.h"

namespace turnpike::admin {
namespace {

using testing::HasSubstr;

TEST(RenderAdmin, TurnadminsPageHasEverySpelling) {
  const std::string page = render_turnadmin_man_page();
  for (const OptionRow& row : option_rows()) {
    EXPECT_THAT(page, HasSubstr("\\fB\\-\\-" + conf::roff(row.name) + "\\fR")) << row.name;
    if (row.letter != 0) {
      EXPECT_THAT(page, HasSubstr(std::string("\\fB\\-") + row.letter + "\\fR, "));
    }
  }
  for (const WordedRow& row : worded_rows()) {
    EXPECT_THAT(page, HasSubstr("\n.B " + std::string(row.words) + "\n"));
  }
}

TEST(RenderAdmin, OneParagraphForOneOption) {
  const std::string page = render_turnadmin_man_page();
  EXPECT_THAT(page,
              HasSubstr("\\fB\\-b\\fR, \\fB\\-\\-userdb\\fR, \\fB\\-\\-db\\fR \\fIvalue\\fR\n"));
  EXPECT_EQ(page.find("The same."), std::string::npos);
}

TEST(RenderAdmin, TurnpikesPageHasItsSubcommands) {
  EXPECT_THAT(render_turnpike_man_page(), HasSubstr("\n.B keygen [\\-\\-verbose]\nPrints"));
}

}  // namespace
}  // namespace turnpike::admin
