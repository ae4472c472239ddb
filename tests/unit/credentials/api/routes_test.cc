#include "credentials/api/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "http/core/json.h"

namespace turnpike::credentials::api {
namespace {

using http::Method;

Found find_inside(Method method, std::string_view path) {
  return find_route(method, path, http::TrustLevel::kInternal);
}

TEST(Routes, APathFindsItsRowAndItsValues) {
  const Found found = find_inside(Method::kPost, "/v1/turn/keys/k1/credentials/176:al ice/revoke");
  ASSERT_NE(found.route, nullptr);
  EXPECT_EQ(found.route->action, Action::kCloudflareRevoke);
  EXPECT_EQ(found.values, (PathValues{{"key", "k1"}, {"username", "176:al ice"}}));
  EXPECT_EQ(find_inside(Method::kHead, "/turn").route, find_inside(Method::kGet, "/turn").route);
  EXPECT_EQ(find_inside(Method::kGet, "/").route->action, Action::kUberti);
}

TEST(Routes, AWrongMethodIsToldTheRightOnes) {
  const Found found = find_inside(Method::kPatch, "/v1/credentials");
  EXPECT_EQ(found.route, nullptr);
  EXPECT_EQ(found.allow, "POST, GET");
  EXPECT_EQ(find_inside(Method::kGet, "/2010-04-01/Accounts/AC1/Tokens.json").shape,
            Shape::kTwilio);
}

TEST(Routes, WhatIsOfAHigherLevelIsNotThere) {
  const auto find = [](Method method, const char* path, http::TrustLevel trust) {
    return find_route(method, path, trust);
  };
  EXPECT_EQ(find(Method::kGet, "/v1/credentials", http::TrustLevel::kPublic).allow, "POST");
  EXPECT_EQ(find(Method::kPost, "/v1/users/alice", http::TrustLevel::kPublic).allow, "");
  EXPECT_EQ(find(Method::kGet, "/turn", http::TrustLevel::kWebhook).route, nullptr);
  EXPECT_EQ(find(Method::kPut, "/turn", http::TrustLevel::kWebhook).allow, "");
  EXPECT_NE(find(Method::kGet, "/turn", http::TrustLevel::kSystem).route, nullptr);
}

TEST(Routes, WhatIsNotThereIsNotThere) {
  for (const char* path :
       {"/nothing", "/v1", "/v1/credentials/a/b", "/turn/", "//", "/TURN", "/v1/users/"}) {
    const Found found = find_inside(Method::kGet, path);
    EXPECT_EQ(found.route, nullptr) << path;
    EXPECT_EQ(found.allow, "") << path;
  }
}

TEST(Routes, NoTwoRowsAreOne) {
  std::set<std::pair<Method, std::string>> seen;
  for (const Route& route : routes()) {
    EXPECT_TRUE(seen.emplace(route.method, route.pattern).second) << route.pattern;
    EXPECT_TRUE(route.pattern.starts_with('/'));
    EXPECT_FALSE(route.summary.empty());
  }
}

TEST(Routes, RenderedAsOpenApiEveryRowIsThere) {
  const auto document = http::parse_json_object(render_openapi(), {.bytes = 1 << 20, .depth = 16});
  ASSERT_TRUE(document) << document.error();
  const auto& paths = document->at("paths").as_object();
  for (const Route& route : routes()) {
    ASSERT_TRUE(paths.contains(route.pattern)) << route.pattern;
  }
  const auto& revoke = paths.at("/v1/credentials/{username}").as_object().at("delete").as_object();
  EXPECT_EQ(revoke.at("x-trust-level").as_string(), "INTERNAL");
  EXPECT_EQ(revoke.at("parameters").as_array().at(0).as_object().at("name").as_string(),
            "username");
}

TEST(Routes, RenderedAsAPageEveryRowIsThere) {
  const std::string page = render_route_page();
  for (const Route& route : routes()) {
    EXPECT_THAT(page, ::testing::HasSubstr("`" + std::string(route.pattern) + "`"));
  }
}

}  // namespace
}  // namespace turnpike::credentials::api
