#include "http/core/authorization.h"

#include <gtest/gtest.h>

#include <array>

#include "base/base64.h"

namespace turnpike::http {
namespace {

std::string basic(std::string_view text) {
  return "Basic " + base64_encode(as_bytes(text));
}

TEST(Authorization, BasicSplitsAtTheFirstColon) {
  const auto parsed = parse_basic(basic("alice:open:sesame"));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->user, "alice");
  EXPECT_EQ(parsed->password.reveal(), "open:sesame");
}

TEST(Authorization, BasicOfRfc7617) {
  const auto parsed = parse_basic("bAsIc dGVzdDoxMjPCow==");  // section 2.1
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->user, "test");
  EXPECT_EQ(parsed->password.reveal(), "123\xc2\xa3");
}

TEST(Authorization, BasicMayHaveEmptyParts) {
  EXPECT_EQ(parse_basic(basic(":"))->user, "");
  EXPECT_EQ(parse_basic(basic("x:"))->password.reveal(), "");
}

TEST(Authorization, BasicRefusesEverythingElse) {
  const std::array<std::string, 12> headers = {"",
                                               "Basic",
                                               "Basic ",
                                               "Bearer dGVzdDoxMjPCow==",
                                               "Basic dGVzdA==",
                                               "Basic !!!!",
                                               "Basic dGVzdDoxMjPCow",
                                               "Basicx dGVzdDox",
                                               basic("a\n:b"),
                                               basic("a:b\x7f"),
                                               basic("a:\xff"),
                                               "Basic " + std::string(kMaxAuthorization, 'A')};
  for (const std::string& header : headers) EXPECT_FALSE(parse_basic(header)) << header;
}

TEST(Authorization, BearerIsAToken68) {
  EXPECT_EQ(parse_bearer("Bearer abc.DEF-_~+/123=="), "abc.DEF-_~+/123==");
  EXPECT_EQ(parse_bearer("bearer   x"), "x");
}

TEST(Authorization, BearerRefusesEverythingElse) {
  for (const std::string_view header :
       {"", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "Bearer a,b", "Bearer =", "Bearer a=b",
        "Bearer a\"b", "Bearer \xc3\xa4", "Bearera"}) {
    EXPECT_FALSE(parse_bearer(header)) << header;
  }
  EXPECT_FALSE(parse_bearer("Bearer " + std::string(kMaxAuthorization, 'a')));
}

TEST(Authorization, ComparesEveryByte) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "Secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secrets"));
  EXPECT_FALSE(equal_in_constant_time("", "a"));
}

}  // namespace
}  // namespace turnpike::http
