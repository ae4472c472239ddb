#include "http/core/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::http {
namespace {

using testing::HasSubstr;

TEST(Json, ReadsAnObject) {
  const auto object = parse_json_object(R"({"a":"x","n":3,"f":3.0,"b":true,"z":null})");
  ASSERT_TRUE(object) << object.error();
  EXPECT_EQ(*text_member(*object, "a"), "x");
  EXPECT_EQ(*number_member(*object, "n"), 3);
  EXPECT_EQ(*number_member(*object, "f"), 3);
  EXPECT_EQ(*flag_member(*object, "b"), true);
  EXPECT_EQ(*text_member(*object, "z"), std::nullopt);
  EXPECT_EQ(*text_member(*object, "missing"), std::nullopt);
}

TEST(Json, AMemberOfAnotherTypeIsNamed) {
  const auto object = parse_json_object(R"({"a":1,"n":"3","h":0.5,"b":0,"big":1e300,
                                            "u":18446744073709551615})");
  ASSERT_TRUE(object) << object.error();
  EXPECT_EQ(text_member(*object, "a").error(), "\"a\" must be a string");
  EXPECT_EQ(number_member(*object, "n").error(), "\"n\" must be a whole number");
  EXPECT_FALSE(number_member(*object, "h"));
  EXPECT_FALSE(number_member(*object, "big"));
  EXPECT_FALSE(number_member(*object, "u"));
  EXPECT_EQ(flag_member(*object, "b").error(), "\"b\" must be true or false");
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const std::string_view text :
       {"",          " ",        "{",        "{}x",         "{} {}",          "{\"a\":1,}",
        "[1,]",      "{'a':1}",  "{a:1}",    "// c\n{}",    "/* c */{}",      "NaN",
        "01",        "\"\x01\"", "\"\xff\"", "\"\\ud800\"", "\xef\xbb\xbf{}", "[1 2]",
        "{\"a\" 1}", "tru"}) {
    const auto value = parse_json(text);
    EXPECT_FALSE(value) << text;
  }
}

TEST(Json, RefusesANameTwiceHoweverItIsWritten) {
  EXPECT_THAT(parse_json(R"({"a":1,"a":2})").error(), HasSubstr("twice"));
  EXPECT_FALSE(parse_json(R"({"a":1,"\u0061":2})"));
  EXPECT_FALSE(parse_json(R"([{"x":{"b":1,"b":1}}])"));
  EXPECT_TRUE(parse_json(R"([{"a":{"a":1}},{"a":2}])"));
}

TEST(Json, HasLimits) {
  EXPECT_TRUE(parse_json("[[[1]]]", {.bytes = 7, .depth = 3}));
  EXPECT_FALSE(parse_json("[[[1]]]", {.bytes = 7, .depth = 2}));
  EXPECT_FALSE(parse_json("[[[1]]]", {.bytes = 6, .depth = 3}));
  EXPECT_FALSE(parse_json(std::string(60000, '[')));
}

TEST(Json, AnObjectIsAsked) {
  EXPECT_FALSE(parse_json_object("[]"));
  EXPECT_FALSE(parse_json_object(""));
  EXPECT_TRUE(parse_json_object("", {}, true));
}

TEST(Json, WritesWhatItReads) {
  const std::string text = R"({"a":"\"\\\n\u0001","b":[1,true,null]})";
  EXPECT_EQ(to_json(*parse_json(text)), text);
}

TEST(JsonMembers, WhatIsMissingOrOfAnotherTypeIsNothing) {
  const auto object = *parse_json_object(R"({"a":"x","b":7,"c":true,"d":{"e":1}})");
  EXPECT_EQ(text_of(object, "a"), "x");
  EXPECT_EQ(number_of(object, "b"), 7);
  EXPECT_TRUE(flag_of(object, "c"));
  EXPECT_EQ(number_of(object_of(object, "d"), "e"), 1);
  for (const char* const name : {"a", "d", "z"}) EXPECT_EQ(number_of(object, name), 0) << name;
  for (const char* const name : {"b", "d", "z"}) EXPECT_EQ(text_of(object, name), "") << name;
  for (const char* const name : {"a", "b", "z"}) EXPECT_FALSE(flag_of(object, name)) << name;
  for (const char* const name : {"a", "b", "z"}) EXPECT_TRUE(object_of(object, name).empty());
}

}  // namespace
}  // namespace turnpike::http
