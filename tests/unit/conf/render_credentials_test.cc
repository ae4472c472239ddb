#include "conf/render_credentials.h"

#include <gmock/gmock.h>

#include "conf/credentials_table.h"
#include "tests/unit/conf/credentials_loading.h"

namespace turnpike::conf {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The sample with every key put into force.
std::string uncommented_sample() {
  const std::string sample = render_credentials_sample();
  std::string text;
  std::size_t at = sample.find("\n\n");
  while (at < sample.size()) {
    const std::size_t end = sample.find('\n', at);
    std::string line = sample.substr(at, end - at);
    if (line.starts_with('#')) line.erase(0, 1);
    text += line + "\n";
    at = end + 1;
  }
  return text;
}

TEST(RenderCredentials, TheSampleIsTrueWhenPutIntoForce) {
  const CredentialsOutcome outcome = load_yaml(
      uncommented_sample(),
      {{"/etc/turnpike/secret", "a-secret"}, {"/etc/turnpike/system-password", "a-password"}});
  EXPECT_TRUE(outcome.ok()) << complaints(outcome) << uncommented_sample();
  for (const CredentialsRow& row : credentials_rows()) {
    std::string key = row.full_key();
    if (const std::size_t list = key.find("[]"); list != std::string::npos)
      key.insert(list + 1, "0");
    EXPECT_FALSE(outcome.config.origin(key).is_default()) << key << " is not in the sample";
  }
}

TEST(RenderCredentials, TheSampleAsItIsChangesNothing) {
  const CredentialsOutcome outcome = load_yaml(render_credentials_sample());
  EXPECT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome.config.lines.empty());
}

TEST(RenderCredentials, HelpAndPageNameEveryKey) {
  const std::string help = render_credentials_help();
  const std::string page = render_credentials_page();
  for (const CredentialsRow& row : credentials_rows()) {
    EXPECT_THAT(help, HasSubstr("\n  " + row.full_key() + "\n"));
    EXPECT_THAT(page, HasSubstr("| `" + row.full_key() + "` |"));
  }
}

TEST(RenderCredentials, TheDumpSaysFromWhereAndNoSecret) {
  const CredentialsOutcome outcome =
      load_yaml("log: {file: r.example}\nsecrets: [hush-hush]\nrelays: [{host: a.example}]\n");
  const std::string dump = render_credentials_dump(outcome.config);
  EXPECT_THAT(dump, HasSubstr("log.file: r.example  # c.yml:1\n"));
  EXPECT_THAT(dump, HasSubstr("secrets: [(hidden)]  # c.yml:2\n"));
  EXPECT_THAT(dump, HasSubstr("relays[0].host: a.example  # c.yml:3\n"));
  EXPECT_THAT(dump, HasSubstr("relay_only: false  # default\n"));
  EXPECT_THAT(dump, Not(HasSubstr("hush-hush")));
}

}  // namespace
}  // namespace turnpike::conf
