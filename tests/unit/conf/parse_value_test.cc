#include "conf/parse_value.h"

#include <gtest/gtest.h>

namespace turnpike::conf {
namespace {

// Kept from Coturn: nothing is true, the first character decides, then the exact words on and off.
TEST(ParseFlag, FollowsCoturn) {
  for (const char* yes : {"", "y", "yes", "Y", "true", "T", "1", "9", "on", "On", "ON", "yikes"}) {
    EXPECT_EQ(parse_flag(yes).value_or(false), true) << yes;
  }
  for (const char* no :
       {"0", "n", "no", "No", "f", "False", "off", "Off", "OFF", "nonsense", "01"}) {
    EXPECT_EQ(parse_flag(no).value_or(true), false) << no;
  }
  for (const char* neither : {"maybe", "oN", "oFF", "-1", " yes", "#", "\"yes\""}) {
    ASSERT_FALSE(parse_flag(neither)) << neither;
    EXPECT_EQ(parse_flag(neither).error(), ValueError::kNotABoolean);
  }
}

TEST(ParseNumber, TakesDigitsInRange) {
  EXPECT_EQ(parse_number("0", 0, 65535).value(), 0U);
  EXPECT_EQ(parse_number("65535", 0, 65535).value(), 65535U);
  EXPECT_EQ(parse_number("0080", 0, 65535).value(), 80U);
  EXPECT_EQ(parse_number("18446744073709551615", 0, UINT64_MAX).value(), UINT64_MAX);
}

// Changed from Coturn, where atoi makes 0 of all these.
TEST(ParseNumber, SaysWhatIsWrong) {
  EXPECT_EQ(parse_number("", 0, 9).error(), ValueError::kMissing);
  EXPECT_EQ(parse_number("abc", 0, 9).error(), ValueError::kNotANumber);
  EXPECT_EQ(parse_number("-1", 0, 9).error(), ValueError::kNotANumber);
  EXPECT_EQ(parse_number("+1", 0, 9).error(), ValueError::kNotANumber);
  EXPECT_EQ(parse_number("1.5", 0, 9).error(), ValueError::kNotANumber);
  EXPECT_EQ(parse_number("0x10", 0, 99).error(), ValueError::kNotANumber);
  EXPECT_EQ(parse_number("64k", 0, 99).error(), ValueError::kHasUnit);
  EXPECT_EQ(parse_number("10 s", 0, 99).error(), ValueError::kHasUnit);
  EXPECT_EQ(parse_number("65536", 0, 65535).error(), ValueError::kOutOfRange);
  EXPECT_EQ(parse_number("0", 1, 65535).error(), ValueError::kOutOfRange);
  EXPECT_EQ(parse_number("18446744073709551616", 0, UINT64_MAX).error(), ValueError::kOutOfRange);
  EXPECT_EQ(parse_number("99999999999999999999999", 0, 5).error(), ValueError::kOutOfRange);
}

TEST(IsChoice, ComparesWholeWords) {
  EXPECT_TRUE(is_choice("md5", "md5|md5,sha256"));
  EXPECT_TRUE(is_choice("md5,sha256", "md5|md5,sha256"));
  EXPECT_FALSE(is_choice("md", "md5|md5,sha256"));
  EXPECT_FALSE(is_choice("", "md5|md5,sha256"));
  EXPECT_FALSE(is_choice("md5|md5,sha256", "md5|md5,sha256"));
}

}  // namespace
}  // namespace turnpike::conf
