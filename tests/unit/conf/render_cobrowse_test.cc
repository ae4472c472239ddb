#include "conf/render_cobrowse.h"

#include "conf/cobrowse_table.h"
#include "tests/unit/conf/cobrowse_loading.h"

namespace turnpike::conf {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RenderCobrowse, TheSampleIsTrueWhenPutIntoForce) {
  const std::string sample = uncommented(render_cobrowse_sample());
  const CobrowseOutcome outcome = load_cobrowse(
      sample,
      {{"/etc/turnpike/secret", "a-secret"}, {"/etc/turnpike/system-password", "a-password"}});
  EXPECT_EQ(complaints(outcome), "") << sample;
  expect_all_given(cobrowse_table(), outcome.config.places);
}

TEST(RenderCobrowse, TheSampleAsItIsChangesNothing) {
  const CobrowseOutcome outcome = load_cobrowse(render_cobrowse_sample());
  EXPECT_EQ(complaints(outcome), complaints(load_cobrowse("")));
  EXPECT_TRUE(outcome.config.places.lines.empty());
}

TEST(RenderCobrowse, HelpAndPageNameEveryKey) {
  expect_all_named(cobrowse_table(), render_cobrowse_help(), render_cobrowse_page());
}

TEST(RenderCobrowse, TheManPageIsOfThisProgram) {
  const std::string page = render_cobrowse_man_page();
  EXPECT_THAT(page, HasSubstr(".TH TURNPIKE\\-COBROWSE 1 "));
  EXPECT_THAT(page, HasSubstr("without it /etc/turnpike/cobrowse.yml."));
  EXPECT_THAT(page, HasSubstr("\n.B renderer.backend\n"));
  EXPECT_THAT(page, HasSubstr("\n.B com.unblu.webrtc.useRelayOnly\nrelay_only\n"));
}

TEST(RenderCobrowse, TheDumpSaysFromWhereAndNoSecret) {
  const CobrowseOutcome outcome = load_cobrowse(kNeeded + "store: {redis: password=hush}\n");
  const std::string dump = render_cobrowse_dump(outcome.config);
  EXPECT_THAT(dump, HasSubstr("secrets: [(hidden)]  # b.yml:2\n"));
  EXPECT_THAT(dump, HasSubstr("relays[0].host: turn.example.org  # b.yml:4\n"));
  EXPECT_THAT(dump, HasSubstr("store.redis: (hidden)  # b.yml:5\n"));
  EXPECT_THAT(dump, HasSubstr("sessions.max: 8  # default\n"));
  EXPECT_THAT(dump, Not(HasSubstr("hush")));
}

}  // namespace
}  // namespace turnpike::conf
