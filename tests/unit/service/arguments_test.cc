#include "service/arguments.h"

#include <gmock/gmock.h>

#include <vector>

namespace turnpike::service {
namespace {

using Command = Arguments::Command;

Result<Arguments, std::string> parse(std::vector<const char*> args) {
  return parse_arguments(args, "/etc/turnpike/credentials.yml");
}

TEST(Arguments, WithoutAnyItServesTheUsualPlace) {
  const auto parsed = parse({});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->command, Command::kServe);
  EXPECT_EQ(parsed->config, "/etc/turnpike/credentials.yml");
}

TEST(Arguments, TakesValuesBehindEqualsAndAsTheNextWord) {
  EXPECT_EQ(parse({"-c", "a.yml"})->config, "a.yml");
  EXPECT_EQ(parse({"--config=a.yml", "--check-config"})->config, "a.yml");
  EXPECT_EQ(parse({"--config=a.yml", "--check-config"})->command, Command::kCheckConfig);
  EXPECT_EQ(parse({"--make-api-key", "shop"})->value, "shop");
  EXPECT_EQ(parse({"--verify-audit=f"})->value, "f");
}

TEST(Arguments, NamesWhatIsWrong) {
  EXPECT_THAT(parse({"--confg"}).error(), testing::HasSubstr("no option --confg"));
  EXPECT_THAT(parse({"-c"}).error(), testing::HasSubstr("-c needs a value"));
  EXPECT_THAT(parse({"--help=x"}).error(), testing::HasSubstr("takes no value"));
}

}  // namespace
}  // namespace turnpike::service
