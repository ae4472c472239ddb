#include "credentials/api/callers.h"

#include <gtest/gtest.h>

#include "tests/unit/credentials/api/fake_world.h"

namespace turnpike::credentials::api {
namespace {

std::string caller_of(FakeWorld& world, const Ask& ask, std::string api_key = "",
                      std::string certificate = "") {
  http::Request request = make_request(ask);
  if (!api_key.empty()) request.headers.add("X-Api-Key", api_key);
  request.certificate_subject = certificate;
  const auto parameters = Parameters::read(request);
  const auto caller = find_caller(request, *parameters, world);
  return caller ? caller->name : std::to_string(caller.error().status);
}

TEST(FindCaller, LooksWhereClientsPutTheirKeys) {
  FakeWorld world;
  EXPECT_EQ(caller_of(world, {.path = "/"}), "page");
  // boss:boss-secret
  EXPECT_EQ(caller_of(world, {.path = "/", .authorization = "Basic Ym9zczpib3NzLXNlY3JldA=="}),
            "boss");
  EXPECT_EQ(caller_of(world, {.path = "/", .authorization = ""}, "page.page-secret"), "page");
  for (const char* query :
       {"key=page.page-secret", "apiKey=page.page-secret", "api=page.page-secret",
        "secretKey=page.page-secret", "ident=page&secret=page-secret"}) {
    EXPECT_EQ(caller_of(world, {.path = "/", .query = query, .authorization = ""}), "page")
        << query;
  }
  EXPECT_EQ(caller_of(world, {.path = "/", .authorization = ""}, "", "CN=backend"), "backend");
}

TEST(FindCaller, AnythingElseIs401) {
  FakeWorld world;
  for (const char* authorization :
       {"", "Bearer page.wrong", "Bearer page", "Bearer nobody.page-secret", "Bearer .",
        "Basic bm9ib2R5OngK", "Digest x", "Bearer page.page-secretx"}) {
    EXPECT_EQ(caller_of(world, {.path = "/", .authorization = authorization}), "401")
        << authorization;
  }
  EXPECT_EQ(caller_of(world, {.path = "/", .authorization = ""}, "", "CN=stranger"), "401");
  // A header that is wrong is not mended by a parameter that is right.
  EXPECT_EQ(caller_of(world, {.path = "/",
                              .query = "key=page.page-secret",
                              .authorization = "Bearer page.wrong"}),
            "401");
}

TEST(FitsPattern, AsInFileNames) {
  EXPECT_TRUE(fits_pattern("alice", "alice"));
  EXPECT_TRUE(fits_pattern("team-*", "team-7"));
  EXPECT_TRUE(fits_pattern("*", ""));
  EXPECT_TRUE(fits_pattern("a*b*c", "axxbxxbyyc"));
  EXPECT_TRUE(fits_pattern("a?c", "abc"));
  EXPECT_FALSE(fits_pattern("a?c", "ac"));
  EXPECT_FALSE(fits_pattern("team-*", "my team-7"));
  EXPECT_FALSE(fits_pattern("", "a"));
  EXPECT_FALSE(fits_pattern("*a*a*a*a*b", std::string(2000, 'a')));
}

TEST(CheckPolicy, OriginsAndUsers) {
  CallerPolicy policy;
  EXPECT_TRUE(check_policy(policy, "", ""));
  policy.origins.push_back(*http::OriginPattern::parse("https://*.example.org"));
  policy.users = {"alice", "team-*"};
  EXPECT_TRUE(check_policy(policy, "https://app.example.org", "team-9"));
  EXPECT_EQ(check_policy(policy, "https://evil.org", "alice").error().status, 403U);
  EXPECT_EQ(check_policy(policy, "", "alice").error().status, 403U);
  EXPECT_EQ(check_policy(policy, "https://app.example.org", "bob").error().status, 403U);
}

}  // namespace
}  // namespace turnpike::credentials::api
