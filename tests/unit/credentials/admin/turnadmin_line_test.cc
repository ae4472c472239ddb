#include "credentials/admin/turnadmin_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace turnpike::admin {
namespace {

Result<Line, std::string> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "turnadmin");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return parse_line(arguments);
}

TEST(TurnadminLine, TakesLettersNamesAndShortenedNames) {
  for (const auto& words : {std::vector<std::string>{"-a", "-u", "alice", "-r", "a.org"},
                            {"--add", "--user", "alice", "--realm=a.org"},
                            {"-aualice", "--real", "a.org"}}) {
    const auto line = parse(words);
    ASSERT_TRUE(line) << line.error();
    EXPECT_EQ(line->command, Option::kAddUser);
    EXPECT_EQ(line->value(Option::kUser), "alice");
    EXPECT_EQ(line->value(Option::kRealm), "a.org");
    EXPECT_FALSE(line->has(Option::kPassword));
    EXPECT_EQ(line->value(Option::kPassword), "");
  }
}

TEST(TurnadminLine, KnowsTheOtherSpellings) {
  EXPECT_EQ(parse({"--list-realm-option"})->command, Option::kListOptions);
  EXPECT_EQ(parse({"--list-realm-options"})->command, Option::kListOptions);
  EXPECT_EQ(parse({"-l", "--db", "x"})->value(Option::kSqlite), "x");
  EXPECT_EQ(parse({"-l", "--sql-userdb", "x"})->value(Option::kPostgresql), "x");
}

TEST(TurnadminLine, KeepsTheArgumentOfACommand) {
  const auto line = parse({"-s", "secret", "-r", "a.org"});
  ASSERT_TRUE(line);
  EXPECT_EQ(line->command, Option::kSetSecret);
  EXPECT_EQ(line->value(Option::kSetSecret), "secret");
}

TEST(TurnadminLine, KnowsCommandsOfWords) {
  const auto line = parse({"credential", "mint", "-u", "alice"});
  ASSERT_TRUE(line) << line.error();
  EXPECT_EQ(line->command, Option::kMint);
  EXPECT_EQ(line->value(Option::kUser), "alice");
  EXPECT_EQ(parse({"import", "--from=a", "--to", "b"})->value(Option::kTo), "b");
  EXPECT_FALSE(parse({"credential"}));
  EXPECT_FALSE(parse({"credential", "mint", "verify"}));
  EXPECT_FALSE(parse({"credential", "mint", "-l"}));
}

TEST(TurnadminLine, SaysWhatIsWrongWithoutTheValue) {
  for (const auto& [words, says] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{}, "no command"},
           {{"-u", "alice"}, "no command"},
           {{"-a", "-d"}, "more than one command"},
           {{"-a", "-u"}, "'-u' needs a value"},
           {{"-a", "--nonsense=hidden"}, "'--nonsense' is unknown"},
           {{"-a", "--list=hidden"}, "'--list'"},
           {{"-a", "hidden"}, "belongs to no option"}}) {
    const auto line = parse(words);
    ASSERT_FALSE(line);
    EXPECT_NE(line.error().find(says), std::string::npos) << line.error();
    EXPECT_EQ(line.error().find("hidden"), std::string::npos) << line.error();
  }
}

TEST(TurnadminLine, TheSameCommandTwiceIsOne) {
  EXPECT_TRUE(parse({"-l", "-l"}));
}

TEST(TurnadminLine, UsageNamesEverySpelling) {
  for (const char* each : {"-k, --key", "-N, --redis-userdb VALUE", "    --password-stdin"}) {
    EXPECT_NE(usage().find(each), std::string::npos) << each;
  }
  EXPECT_EQ(spelling(Option::kRedis), "-N, --redis-userdb");
  EXPECT_EQ(spelling(Option::kMaxBps), "--max-bps");
}

}  // namespace
}  // namespace turnpike::admin
