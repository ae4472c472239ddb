#include "cobrowse/renderer/rtc/sdp_text.h"

#include <gtest/gtest.h>

namespace turnpike::rtc {
namespace {

TEST(SdpText, WordsAreTakenOneByOne) {
  std::string_view text = " a  bc ";
  EXPECT_EQ(take_word(text), "a");
  EXPECT_EQ(take_word(text), "bc");
  EXPECT_EQ(take_word(text), "");
}

TEST(SdpText, LinesEndInEitherWay) {
  std::string_view text = "a=1\r\nb=2\nc";
  EXPECT_EQ(take_line(text), "a=1");
  EXPECT_EQ(take_line(text), "b=2");
  EXPECT_EQ(take_line(text), "c");
  EXPECT_TRUE(text.empty());
}

TEST(SdpText, NumbersAreDigitsAndInRange) {
  EXPECT_EQ(parse_decimal<std::uint8_t>("255"), 255);
  for (const char* bad : {"", "256", "-1", "+1", " 1", "1 ", "0x1", "1a"}) {
    EXPECT_FALSE(parse_decimal<std::uint8_t>(bad)) << bad;
  }
}

TEST(SdpText, IceCharsAndTheirNumber) {
  EXPECT_TRUE(is_ice_text("aZ09+/", 6, 6));
  EXPECT_FALSE(is_ice_text("abc", 4, 9));
  EXPECT_FALSE(is_ice_text("abc", 1, 2));
  EXPECT_FALSE(is_ice_text("a-b", 1, 9));
}

TEST(SdpText, PrefixAndCase) {
  EXPECT_EQ(after_prefix("apt=96", "apt="), "96");
  EXPECT_FALSE(after_prefix("ap", "apt="));
  EXPECT_TRUE(equals_ignoring_case("SHA-256", "sha-256"));
  EXPECT_FALSE(equals_ignoring_case("sha-25", "sha-256"));
}

}  // namespace
}  // namespace turnpike::rtc
