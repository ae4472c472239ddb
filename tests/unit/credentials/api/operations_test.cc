#include "credentials/api/operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "credentials/api/schemas.h"
#include "http/core/form.h"
#include "tests/unit/credentials/api/fake_world.h"

namespace turnpike::credentials::api {
namespace {

using testing::HasSubstr;

bool takes(Action action, std::string_view name) {
  for (const ParameterRow& row : parameters_of(action)) {
    if (row.name == name) return true;
  }
  return false;
}

TEST(Operations, EveryPathParameterSaysWhatItIs) {
  for (const Route& route : routes()) {
    for (const PathParameter& one : path_parameters_of(route)) {
      EXPECT_NE(one.what, "") << one.name << " of " << route.pattern;
      EXPECT_THAT(std::string(route.pattern), HasSubstr("{" + one.name + "}"));
    }
  }
}

TEST(Operations, EverySchemaThatIsNamedIsThere) {
  const auto all = schemas();
  for (const Route& route : routes()) {
    const Answer answer = answer_of(route.action);
    EXPECT_EQ(answer.schema.empty(), route.success == 204) << route.pattern;
    EXPECT_TRUE(answer.schema.empty() || all.contains(answer.schema)) << answer.schema;
    EXPECT_TRUE(all.contains(error_of(route.shape).schema));
  }
}

TEST(Operations, ExamplesAreOfTheirRoute) {
  for (const Route& route : routes()) {
    const std::string example = example_of(route);
    if (gives_credential(route.action)) {
      EXPECT_THAT(example, HasSubstr("alice")) << route.pattern;
    }
    EXPECT_EQ(example.empty(), answer_of(route.action).schema.empty() || is_open(route.action))
        << route.pattern;
  }
}

/// Whoever is named in a parameter that says "whom for" is in the user name, and the seconds of one
/// that says so are taken: so the table tells what the code reads.
TEST(Operations, WhatTheTableTellsIsRead) {
  constexpr std::array kUsers = {"username", "user",     "customIdentifier", "label",
                                 "ClientId", "Username", "participant"};
  constexpr std::array kSeconds = {"ttl", "Ttl", "expire", "expiryInSeconds"};
  for (const Route& route : routes()) {
    if (!gives_credential(route.action)) continue;
    const auto minted_with = [&](const std::string& query) {
      FakeWorld world;
      Api api(test_settings(), world);
      std::string path(route.pattern);
      if (path.find('{') != std::string::npos) {
        path.replace(path.find('{'), path.find('}') - path.find('{') + 1, "s7");
      }
      const http::Response response = api.handle(
          make_request({.method = route.method,
                        .path = path,
                        .query = query + (route.action == Action::kJoin ? "&participant=p" : ""),
                        .authorization = "Bearer boss.boss-secret",
                        .trust = route.trust}));
      EXPECT_EQ(response.status, route.success) << response.body;
      return world.records.empty() ? Issued{} : world.records.front();
    };
    bool has_user = false, has_seconds = false;
    for (const char* name : kUsers) {
      if (!takes(route.action, name)) continue;
      has_user = true;
      EXPECT_EQ(minted_with(std::string(name) + "=carol").user, "carol") << route.pattern;
    }
    for (const char* name : kSeconds) {
      if (!takes(route.action, name)) continue;
      has_seconds = true;
      EXPECT_EQ(minted_with(std::string(name) + "=77").expires_s, kNow + 77) << route.pattern;
    }
    EXPECT_TRUE(has_user && has_seconds) << route.pattern;
    const bool in_session = takes(route.action, "session");
    EXPECT_EQ(minted_with("session=s9").session, in_session ? "s9" : "s7");
    EXPECT_EQ(minted_with("call_id=c9").call_id, "c9");
    EXPECT_EQ(minted_with("origin=https://a.example").origin, "https://a.example");
  }
}

TEST(Operations, ManagersParametersAreThoseOfTheRoutes) {
  EXPECT_TRUE(takes(Action::kLift, "kind"));
  EXPECT_TRUE(takes(Action::kRevokeUser, "reason"));
  EXPECT_FALSE(takes(Action::kMint, "reason"));
  EXPECT_TRUE(parameters_of(Action::kOpenApi).empty());
  EXPECT_EQ(path_parameters_of(routes().front()).size(), 0U);
}

}  // namespace
}  // namespace turnpike::credentials::api
