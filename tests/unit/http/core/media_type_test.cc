#include "http/core/media_type.h"

#include <gtest/gtest.h>

namespace turnpike::http {
namespace {

TEST(MediaType, IsReadInAnyCase) {
  const auto type = parse_media_type("Application/JSON ; Charset=\"UTF-8\"; x=y");
  ASSERT_TRUE(type);
  EXPECT_EQ(type->essence(), "application/json");
  EXPECT_EQ(type->charset, "utf-8");
  EXPECT_TRUE(type->is_json());
}

TEST(MediaType, KnowsJsonByItsSuffix) {
  EXPECT_TRUE(parse_media_type("application/problem+json")->is_json());
  EXPECT_FALSE(parse_media_type("application/jsonx")->is_json());
  EXPECT_FALSE(parse_media_type("text/json")->is_json());
}

TEST(MediaType, QuotedParametersMayHaveSeparators) {
  const auto type = parse_media_type(R"(multipart/form-data; boundary="a;b\"c"; charset=x)");
  ASSERT_TRUE(type);
  EXPECT_EQ(type->charset, "x");
}

TEST(MediaType, RefusesEverythingElse) {
  for (const std::string_view text :
       {"", "json", "/", "a/", "/b", "a/b/c", "a b/c", "*/*", "text/*", "a/b; c", "a/b; =d",
        "a/b; c=\"", "a/b; c=\"d\"e", "a/b; c=d e", "a/b,c/d"}) {
    EXPECT_FALSE(parse_media_type(text)) << text;
  }
  EXPECT_FALSE(parse_media_type("a/" + std::string(2000, 'b')));
}

TEST(Accept, TheMostSpecificRangeDecides) {
  EXPECT_TRUE(accepts("", "application/json"));
  EXPECT_TRUE(accepts("application/json", "application/json"));
  EXPECT_TRUE(accepts("text/html, Application/*;q=0.1", "application/json"));
  EXPECT_TRUE(accepts("text/html;q=0.9,*/*", "application/json"));
  EXPECT_FALSE(accepts("text/html", "application/json"));
  EXPECT_FALSE(accepts("*/*, application/json;q=0", "application/json"));
  EXPECT_TRUE(accepts("*/*;q=0, application/json;q=1.000", "application/json"));
  EXPECT_FALSE(accepts("application/*;q=0.000, */*", "application/json"));
  EXPECT_TRUE(accepts("application/json;q=x", "application/json"));
}

}  // namespace
}  // namespace turnpike::http
