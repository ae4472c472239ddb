#include "credentials/api/pretty_json.h"

#include <gtest/gtest.h>

#include "http/core/json.h"

namespace turnpike::credentials::api {
namespace {

std::string pretty(const std::string& text) {
  return pretty_json(*http::parse_json(text));
}

TEST(PrettyJson, WhatFitsStaysOnALine) {
  EXPECT_EQ(pretty(R"({"a":[1,true,null,"x\"y"],"b":{},"c":[]})"),
            R"({"a": [1, true, null, "x\"y"], "b": {}, "c": []})"
            "\n");
}

TEST(PrettyJson, WhatDoesNotIsIndented) {
  const std::string wide(60, 'w');
  EXPECT_EQ(pretty(R"({"a":[")" + wide + R"(",")" + wide + R"("],"b":1})"),
            "{\n  \"a\": [\n    \"" + wide + "\",\n    \"" + wide + "\"\n  ],\n  \"b\": 1\n}\n");
}

TEST(PrettyJson, IsTheSameValue) {
  const std::string text =
      R"({"long":[{"k":")" + std::string(120, 'x') + R"(","n":-7},[[]],"é"],"t":false})";
  EXPECT_EQ(*http::parse_json(pretty(text)), *http::parse_json(text));
}

}  // namespace
}  // namespace turnpike::credentials::api
