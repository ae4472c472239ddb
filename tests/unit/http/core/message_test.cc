#include "http/core/message.h"

#include <gtest/gtest.h>

namespace turnpike::http {
namespace {

TEST(Message, MethodsHaveTheirNames) {
  for (const char* name : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    EXPECT_EQ(method_name(parse_method(name)), name);
  }
  for (const char* name : {"", "get", "TRACE", "CONNECT"}) {
    EXPECT_EQ(parse_method(name), Method::kOther) << name;
  }
}

TEST(Message, HeaderNamesHaveNoCase) {
  Headers headers;
  headers.add("X-One", "1");
  headers.add("x-one", "2");
  EXPECT_EQ(headers.find("X-ONE"), "1");
  EXPECT_EQ(headers.count("x-One"), 2U);
  headers.set("X-one", "3");
  EXPECT_EQ(headers.count("X-One"), 1U);
  EXPECT_EQ(headers.find("x-one"), "3");
  EXPECT_FALSE(headers.has("X-On"));
  EXPECT_EQ(headers.find("X-On"), "");
}

TEST(Message, ResponsesSayWhatTheyAre) {
  EXPECT_EQ(Response::json(201, "{}").headers.find("content-type"), "application/json");
  EXPECT_EQ(Response::text(200, "ok").headers.find("content-type"), "text/plain; charset=utf-8");
}

}  // namespace
}  // namespace turnpike::http
