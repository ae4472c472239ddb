#include "http/core/form.h"

#include <gtest/gtest.h>

namespace turnpike::http {
namespace {

TEST(Form, ReadsPairs) {
  const auto form = parse_form("a=1&b=x+y&c=%C3%A4&&d&=e&a=2");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->find("a"), "1");
  EXPECT_EQ(form->find("b"), "x y");
  EXPECT_EQ(form->find("c"), "\xc3\xa4");
  EXPECT_EQ(form->find("d"), "");
  EXPECT_EQ(form->find(""), "e");
  EXPECT_EQ(form->count("a"), 2U);
  EXPECT_EQ(form->all("a").back(), "2");
  EXPECT_FALSE(form->find("A"));
  EXPECT_EQ(form->pairs().size(), 6U);
}

TEST(Form, KeepsSeparatorsThatAreEncoded) {
  const auto form = parse_form("a%3Db=c%26d=e");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->find("a=b"), "c&d=e");
}

TEST(Form, RefusesWhatIsBroken) {
  for (const std::string_view text : {"a=%", "a=%1", "a=%g0", "%=1", "a=b c", "a=\x01", "a=\x7f"}) {
    EXPECT_EQ(parse_form(text).error(), FormError::kEncoding) << text;
  }
  for (const std::string_view text : {"a=%00", "a=%ff", "a=%c0%af", "%01=1", "a=\xff", "a=%7f"}) {
    EXPECT_EQ(parse_form(text).error(), FormError::kText) << text;
  }
  EXPECT_TRUE(parse_form("a=%0d%0a%09"));
}

TEST(Form, HasLimits) {
  EXPECT_TRUE(parse_form("a&b", {.bytes = 3, .pairs = 2}));
  EXPECT_EQ(parse_form("a&b&c", {.bytes = 9, .pairs = 2}).error(), FormError::kTooMany);
  EXPECT_EQ(parse_form("a&b=", {.bytes = 3, .pairs = 2}).error(), FormError::kTooLong);
}

TEST(Form, EveryErrorHasItsSentence) {
  EXPECT_FALSE(form_error_text(FormError::kTooMany).empty());
  EXPECT_FALSE(form_error_text(FormError::kText).empty());
  EXPECT_NE(form_error_text(FormError::kTooLong), form_error_text(FormError::kEncoding));
}

TEST(Form, EncodesWhatItReadsBack) {
  std::string all;
  for (int c = 0x20; c < 0x7f; ++c) all += static_cast<char>(c);
  all += "\xe2\x82\xac\t";
  const auto form = parse_form("x=" + percent_encode(all));
  ASSERT_TRUE(form);
  EXPECT_EQ(form->find("x"), all);
}

}  // namespace
}  // namespace turnpike::http
