#include "conf/credentials_program.h"

#include "conf/credentials_table.h"
#include "conf/render_yaml.h"
#include "tests/unit/conf/credentials_loading.h"

namespace turnpike::conf {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(CredentialsProgram, TheSampleIsTrueWhenPutIntoForce) {
  const std::string sample = uncommented(render_yaml_sample(credentials_program()));
  const CredentialsOutcome outcome = load_yaml(
      sample,
      {{"/etc/turnpike/secret", "a-secret"}, {"/etc/turnpike/system-password", "a-password"}});
  EXPECT_TRUE(outcome.ok()) << complaints(outcome) << sample;
  expect_all_given(credentials_table(), outcome.config.places);
}

TEST(CredentialsProgram, TheSampleAsItIsChangesNothing) {
  const CredentialsOutcome outcome = load_yaml(render_yaml_sample(credentials_program()));
  EXPECT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome.config.places.lines.empty());
}

TEST(CredentialsProgram, HelpAndPageNameEveryKey) {
  expect_all_named(credentials_table(), render_yaml_help(credentials_program()),
                   render_yaml_page(credentials_program()));
}

TEST(CredentialsProgram, TheManPageNamesKeysAndOtherNames) {
  const std::string page = render_yaml_man_page(credentials_program());
  EXPECT_THAT(page, HasSubstr("\n.B relays[].host\n"));
  EXPECT_THAT(page, HasSubstr("\n.B tls.client_certificates\n"));
  EXPECT_THAT(page, HasSubstr("One of none|optional|required.\n"));
  EXPECT_THAT(page, HasSubstr("\n.B com.unblu.webrtc.iceServer\nrelays[].host\n"));
}

TEST(CredentialsProgram, TheDumpSaysFromWhereAndNoSecret) {
  CredentialsOutcome outcome =
      load_yaml("log: {file: r.example}\nsecrets: [hush-hush]\nrelays: [{host: a.example}]\n");
  const std::string dump = render_yaml_dump(credentials_target(outcome.config));
  EXPECT_THAT(dump, HasSubstr("log.file: r.example  # c.yml:1\n"));
  EXPECT_THAT(dump, HasSubstr("secrets: [(hidden)]  # c.yml:2\n"));
  EXPECT_THAT(dump, HasSubstr("relays[0].host: a.example  # c.yml:3\n"));
  EXPECT_THAT(dump, HasSubstr("relay_only: false  # default\n"));
  EXPECT_THAT(dump, Not(HasSubstr("hush-hush")));
}

}  // namespace
}  // namespace turnpike::conf
