#include "conf/cobrowse_program.h"

#include "conf/cobrowse_table.h"
#include "conf/render_yaml.h"
#include "tests/unit/conf/cobrowse_loading.h"

namespace turnpike::conf {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(CobrowseProgram, TheSampleIsTrueWhenPutIntoForce) {
  const std::string sample = uncommented(render_yaml_sample(cobrowse_program()));
  const CobrowseOutcome outcome =
      load_cobrowse(sample, {{"/etc/turnpike/secret", "a-secret"},
                             {"/etc/turnpike/system-password", "a-password"},
                             {"/etc/turnpike/cluster-secret", "a-secret-of-servers"}});
  EXPECT_EQ(complaints(outcome), "") << sample;
  expect_all_given(cobrowse_table(), outcome.config.places);
}

TEST(CobrowseProgram, TheSampleAsItIsChangesNothing) {
  const CobrowseOutcome outcome = load_cobrowse(render_yaml_sample(cobrowse_program()));
  EXPECT_EQ(complaints(outcome), complaints(load_cobrowse("")));
  EXPECT_TRUE(outcome.config.places.lines.empty());
}

TEST(CobrowseProgram, HelpAndPageNameEveryKey) {
  expect_all_named(cobrowse_table(), render_yaml_help(cobrowse_program()),
                   render_yaml_page(cobrowse_program()));
}

TEST(CobrowseProgram, TheManPageIsOfThisProgram) {
  const std::string page = render_yaml_man_page(cobrowse_program());
  EXPECT_THAT(page, HasSubstr(".TH TURNPIKE\\-COBROWSE 1 "));
  EXPECT_THAT(page, HasSubstr("without it /etc/turnpike/cobrowse.yml."));
  EXPECT_THAT(page, HasSubstr("\n.B renderer.backend\n"));
  EXPECT_THAT(page, HasSubstr("\n.B com.unblu.webrtc.useRelayOnly\nrelay_only\n"));
}

TEST(CobrowseProgram, TheDumpSaysFromWhereAndNoSecret) {
  CobrowseOutcome outcome = load_cobrowse(kNeeded + "entry_paths: {system_password: hush}\n");
  const std::string dump = render_yaml_dump(cobrowse_target(outcome.config));
  EXPECT_THAT(dump, HasSubstr("secrets: [(hidden)]  # b.yml:2\n"));
  EXPECT_THAT(dump, HasSubstr("relays[0].host: turn.example.org  # b.yml:4\n"));
  EXPECT_THAT(dump, HasSubstr("entry_paths.system_password: (hidden)  # b.yml:5\n"));
  EXPECT_THAT(dump, HasSubstr("sessions.max: 8  # default\n"));
  EXPECT_THAT(dump, Not(HasSubstr("hush")));
  EXPECT_THAT(dump, Not(HasSubstr("probe")));  // a key of credentials.yml
}

}  // namespace
}  // namespace turnpike::conf
