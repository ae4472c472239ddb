#include "base/utf8.h"

#include <gtest/gtest.h>

namespace turnpike {
namespace {

TEST(Utf8, MeasuresCharacters) {
  EXPECT_EQ(utf8_length("a"), 1U);
  EXPECT_EQ(utf8_length(std::string_view("\0", 1)), 1U);
  EXPECT_EQ(utf8_length("\xc3\xa9x"), 2U);
  EXPECT_EQ(utf8_length("\xe2\x82\xac"), 3U);
  EXPECT_EQ(utf8_length("\xf0\x9f\x98\x80"), 4U);
  EXPECT_EQ(utf8_length("\xf4\x8f\xbf\xbf"), 4U);
}

TEST(Utf8, RefusesWhatRfc3629Forbids) {
  for (const std::string_view text :
       {"\x80", "\xff", "\xc3", "\xc3(", "\xe2\x82", "\xe2(\x82", "\xf0\x9f\x98",
        "\xc0\xaf",          // a long form of '/'
        "\xe0\x80\xaf",      // and a longer one
        "\xf0\x80\x80\xaf",  // and the longest
        "\xed\xa0\x80",      // a surrogate
        "\xf4\x90\x80\x80",  // above U+10FFFF
        "\xf5\x80\x80\x80"}) {
    EXPECT_EQ(utf8_length(text), 0U) << testing::PrintToString(text);
  }
}

TEST(Utf8, PutsAMarkWhereABadByteWas) {
  EXPECT_EQ(to_utf8("a\xff\xc3\xa9\xc3"), "a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd");
  EXPECT_EQ(to_utf8(""), "");
}

}  // namespace
}  // namespace turnpike
