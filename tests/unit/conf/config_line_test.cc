#include "conf/config_line.h"

#include <gtest/gtest.h>

#include <string>

namespace turnpike::conf {
namespace {

struct Case {
  std::string line;
  std::string key;
  std::string value;
};

void expect_pair(const Case& c) {
  const ConfigLine line = split_line(c.line);
  ASSERT_EQ(line.kind, ConfigLine::Kind::kPair) << c.line;
  EXPECT_EQ(line.key, c.key) << c.line;
  EXPECT_EQ(line.value, c.value) << c.line;
}

// Each row is a fact of Coturn's grammar that is kept.
TEST(SplitLine, FollowsCoturn) {
  const Case cases[] = {
      {"key=value", "key", "value"},
      {"key value", "key", "value"},
      {"key = value", "key", "value"},
      {"  key\t=value", "key", "value"},
      {"key===value", "key", "value"},
      {"key == = value", "key", "value"},
      {"key", "key", ""},
      {"key=", "key", ""},
      {"key=a=b", "key", "a=b"},
      {"key=a b  c", "key", "a b  c"},
      {"key=value \t ", "key", "value"},
      {"key=value\r", "key", "value"},      // CRLF
      {"key=\"a b\"", "key", "a b"},        // one pair of double quotes goes
      {"key=\"a b  \"  ", "key", "a b  "},  // white space inside them stays
      {"key=\"a", "key", "a"},              // a lone leading quote goes too
      {"key=a\"", "key", "a"},              // and a lone trailing one
      {"key=a\"b", "key", "a\"b"},          // an inner one stays
      {"key=\"\"a\"\"", "key", "\"a\""},    // one pair only
      {"key=\"", "key", ""},
      {"realm='x'", "realm", "'x'"},                  // single quotes are literal
      {"realm=foo.org # x", "realm", "foo.org # x"},  // no trailing comments
      {"realm=foo.org;", "realm", "foo.org;"},
      {"key=a\\nb$HOME", "key", "a\\nb$HOME"},  // no escapes, no variables
      {"Realm=x", "Realm", "x"},                // case is kept, so this is an unknown key
      {"--realm=x", "--realm", "x"},
  };
  for (const Case& c : cases) expect_pair(c);
}

TEST(SplitLine, KnowsBlankLines) {
  for (const char* blank : {"", "   ", "\t", "\r", "# realm=x", "   # x", "#", "\xef\xbb\xbf# x"}) {
    EXPECT_EQ(split_line(blank).kind, ConfigLine::Kind::kBlank) << blank;
  }
}

// Changed from Coturn, whose first key would be unknown.
TEST(SplitLine, AcceptsAByteOrderMark) {
  expect_pair({"\xef\xbb\xbfrealm=x", "realm", "x"});
}

// Changed from Coturn, which cuts at 1023 bytes and reads the rest as another line.
TEST(SplitLine, TakesLinesUpTo64KiB) {
  const std::string longest = "k=" + std::string(kMaxLineBytes - 2, 'v');
  EXPECT_EQ(split_line(longest).value.size(), kMaxLineBytes - 2);
  EXPECT_EQ(split_line(longest + "v").kind, ConfigLine::Kind::kTooLong);
}

TEST(SplitLine, RefusesControlCharacters) {
  using namespace std::string_literals;
  for (const std::string& line :
       {"realm=a\0b"s, "realm=a\rb"s, "a\x01=b"s, "realm=\x1b[2J"s, "realm=\x7f"s}) {
    EXPECT_EQ(split_line(line).kind, ConfigLine::Kind::kControlCharacter);
  }
}

struct SlipCase {
  std::string line;
  std::string slips;  // of "#", ";", "'", ":", and "!" when the key is broken
  std::string key;
  std::string value;
};

std::string letters(const Slips& s) {
  return std::string(s.comment ? "#" : "") + (s.semicolon ? ";" : "") +
         (s.single_quotes ? "'" : "") + (s.colon ? ":" : "") + (s.breaks_key ? "!" : "");
}

TEST(FindSlips, KnowsTheFourMistakes) {
  const SlipCase cases[] = {
      {"realm=foo.org", "", "realm", "foo.org"},
      {"realm=foo.org # ours", "#", "realm", "foo.org"},
      {"realm=foo.org\t#ours", "#", "realm", "foo.org"},
      {"lt-cred-mech # on", "#", "lt-cred-mech", ""},
      {"realm= # to do", "#", "realm", ""},
      {"realm=foo.org;", ";", "realm", "foo.org"},
      {"realm=foo.org ;", ";", "realm", "foo.org"},
      {"realm=foo.org;; # ours", "#;", "realm", "foo.org"},
      {"lt-cred-mech;", ";!", "lt-cred-mech", ""},
      {"realm='foo.org'", "'", "realm", "foo.org"},
      {"realm = 'foo.org'; # ours", "#;'", "realm", "foo.org"},
      {"realm: foo.org", ":!", "realm", "foo.org"},
      {"realm:foo.org", ":!", "realm", "foo.org"},
      {"realm :foo.org", "", "realm", ":foo.org"},
      {"listening-port: 3478;", ";:!", "listening-port", "3478"},
      {"user:alice:pw", ":!", "user", "alice:pw"},
      {"lt-cred-mech:", ":!", "lt-cred-mech", ""},
      {"realm: foo bar=x", ":!", "realm", "foo bar=x"},
      {"realm: = foo", ":!", "realm", "foo"},
  };
  for (const SlipCase& c : cases) {
    const Slips slips = find_slips(c.line);
    EXPECT_EQ(letters(slips), c.slips) << c.line;
    EXPECT_EQ(slips.key, c.key) << c.line;
    EXPECT_EQ(slips.value, c.value) << c.line;
  }
}

TEST(FindSlips, LeavesLegalValuesAlone) {
  for (const char* line : {
           "static-auth-secret=abc#def",        // '#' without white space before it
           "static-auth-secret=#abc",           // '=' before it
           "static-auth-secret=\"abc # def\"",  // double quotes: meant as it stands
           "static-auth-secret=\"abc;\"",
           "static-auth-secret=\"'abc'\"",
           "user=o'brien:pw'",
           "user=alice:'",
           "external-ip=2001:db8::1/fd00::1",
           "unknown:thing=1",
           "unknown;",
       }) {
    EXPECT_FALSE(find_slips(line).any()) << line;
  }
}

TEST(FindSlips, FindsACommentBehindQuotes) {
  const Slips slips = find_slips("realm=\"foo # bar\" # ours");
  EXPECT_TRUE(slips.comment);
  EXPECT_EQ(slips.value, "foo # bar");
}

}  // namespace
}  // namespace turnpike::conf
