#include "http/core/target.h"

#include <gtest/gtest.h>

#include <array>

namespace turnpike::http {
namespace {

TEST(Target, ResolvesAndDecodesOnce) {
  const auto good = parse_target("/a//b/./c/../%64%20e/?x=%20?y");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->path, "/a/b/d e/");
  EXPECT_EQ(good->query, "x=%20?y");
  EXPECT_EQ(good->raw_path, "/a//b/./c/../%64%20e/");
  EXPECT_EQ(good->shallowest, 2U);
  EXPECT_TRUE(good->trailing_slash);
}

TEST(Target, RootHasManySpellings) {
  for (const std::string_view raw : {"/", "//", "/.", "/./", "/a/..", "http://h", "http://h/"}) {
    const auto target = parse_target(raw);
    ASSERT_TRUE(target) << raw;
    EXPECT_EQ(target->path, "/") << raw;
    EXPECT_FALSE(target->trailing_slash) << raw;
  }
}

TEST(Target, EveryErrorIsReached) {
  struct Row {
    std::string_view raw;
    TargetError error;
  };
  const std::array<Row, 9> rows = {{{"a", TargetError::kForm},
                                    {"*", TargetError::kForm},
                                    {"ftp://a/b", TargetError::kForm},
                                    {"/a\\b", TargetError::kCharacter},
                                    {"/a\xc3\xa4", TargetError::kCharacter},
                                    {"/%4", TargetError::kEncoding},
                                    {"/a%2Fb", TargetError::kSeparator},
                                    {"/%c0%af", TargetError::kText},
                                    {"/a/../..", TargetError::kEscape}}};
  for (const Row& row : rows) {
    const auto target = parse_target(row.raw);
    ASSERT_FALSE(target) << row.raw;
    EXPECT_EQ(target.error(), row.error) << row.raw;
    EXPECT_FALSE(target_error_text(row.error).empty());
  }
  EXPECT_FALSE(target_error_text(TargetError::kDisguise).empty());
}

TEST(Target, Utf8IsStrict) {
  for (const std::string_view good :
       {"", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf",
        "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(good));
  }
  for (const std::string_view bad :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xe2\x82", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

TEST(Target, PercentDecodingIsStrict) {
  std::string out;
  EXPECT_TRUE(percent_decode("a%41+%2b", false, out));
  EXPECT_EQ(out, "aA++");
  EXPECT_TRUE(percent_decode("a+%2B", true, out));
  EXPECT_EQ(out, "a +");
  for (const std::string_view bad : {"%", "%4", "%4g", "%g4", "% 4", "%-1", "%+1"}) {
    EXPECT_FALSE(percent_decode(bad, false, out)) << bad;
  }
}

}  // namespace
}  // namespace turnpike::http
