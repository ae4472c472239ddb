#include "credentials/api/callers.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "tests/unit/credentials/api/fake_world.h"

namespace turnpike::credentials::api {
namespace {

const TokenSettings kTokens{.rules = {.issuer = "https://id.example.org", .audience = "turn"}};

std::string caller_of(FakeWorld& world, const Ask& ask, std::string api_key = "",
                      std::string_view path_key = "") {
  http::Request request = make_request(ask);
  if (!api_key.empty()) request.headers.add("X-Api-Key", api_key);
  const auto parameters = Parameters::read(request);
  const auto caller =
      check_presented(find_presented(request, *parameters, path_key), kTokens, world);
  return caller ? caller->name : "refused";
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
  EXPECT_EQ(caller_of(world, {.path = "/", .authorization = "Bearer page-secret"}, "", "page"),
            "page");
  EXPECT_EQ(caller_of(world, {.path = "/"}, "", "boss"), "page");
}

TEST(FindCaller, AnythingElseIsRefused) {
  FakeWorld world;
  for (const char* authorization :
       {"", "Bearer page.wrong", "Bearer page", "Bearer nobody.page-secret", "Bearer .",
        "Basic bm9ib2R5OngK", "Digest x", "Bearer page.page-secretx"}) {
    EXPECT_EQ(caller_of(world, {.path = "/", .authorization = authorization}), "refused")
        << authorization;
  }
  EXPECT_EQ(caller_of(world, {.path = "/", .authorization = "Bearer page-secret"}, "", "boss"),
            "refused");
  // A header that is wrong is not mended by a parameter that is right.
  EXPECT_EQ(caller_of(world, {.path = "/",
                              .query = "key=page.page-secret",
                              .authorization = "Bearer page.wrong"}),
            "refused");
}

Result<Caller, std::string> bearer(FakeWorld& world, const std::string& more) {
  return check_presented({.kind = Presented::Kind::kToken, .secret = Secret(token(more))}, kTokens,
                         world);
}

TEST(CheckToken, SaysWhoItIsAndNobodyElse) {
  FakeWorld world;
  EXPECT_EQ(bearer(world, R"(,"sub":"alice")").error(), "token: none are taken here");
  const AnyKey keys;
  world.tokens = &keys;
  const auto alice = bearer(world, R"(,"sub":"alice")");
  ASSERT_TRUE(alice) << alice.error();
  EXPECT_EQ(alice->name, "token:alice");
  EXPECT_EQ(alice->policy.identity, "alice");
  EXPECT_FALSE(alice->policy.may_manage);
  EXPECT_EQ(bearer(world, "").error(), "token: no good claim sub");
  EXPECT_EQ(bearer(world, R"(,"sub":"")").error(), "token: no good claim sub");
  EXPECT_EQ(bearer(world, R"(,"sub":7)").error(), "token: no good claim sub");
  EXPECT_EQ(caller_of(world, {.path = "/", .authorization = "Bearer " + token(R"(,"sub":"bob")")}),
            "token:bob");
}

TEST(CheckToken, APolicyStandsInItOrIsNamed) {
  FakeWorld world;
  const AnyKey keys;
  world.tokens = &keys;
  CallerPolicy agents;
  agents.per_minute = 5;
  world.add_key("agents", "", agents);
  const auto written = bearer(world, R"(,"sub":"a","turnpike":{"users":["team-*"],"per_day":9})");
  ASSERT_TRUE(written) << written.error();
  EXPECT_EQ(written->policy.identity, "");
  EXPECT_EQ(written->policy.per_day, 9U);
  const auto named = bearer(world, R"(,"sub":"a","turnpike":"agents")");
  ASSERT_TRUE(named) << named.error();
  EXPECT_EQ(named->policy.identity, "a");
  EXPECT_EQ(named->policy.per_minute, 5U);
  for (const char* wrong :
       {R"(,"sub":"a","turnpike":"nobodies")", R"(,"sub":"a","turnpike":7)",
        R"(,"sub":"a","turnpike":{"user":"b"})", R"(,"sub":"a","turnpike":null)"}) {
    EXPECT_FALSE(bearer(world, wrong)) << wrong;
  }
}

}  // namespace
}  // namespace turnpike::credentials::api
