// What the API answers is what openapi.json says of it: every row of the table, its success and its
// errors.
#include "credentials/api/schemas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "credentials/api/operations.h"
#include "tests/unit/credentials/api/fake_world.h"
#include "tests/unit/credentials/api/json_schema.h"

namespace turnpike::credentials::api {
namespace {

using testing::IsEmpty;

const boost::json::object& document() {
  static const boost::json::object parsed =
      *http::parse_json_object(render_openapi(), {.bytes = 1 << 20, .depth = 32});
  return parsed;
}

const boost::json::object& all_schemas() {
  return document().at("components").as_object().at("schemas").as_object();
}

const boost::json::object& resolve(const boost::json::object& response) {
  if (!response.contains("$ref")) return response;
  const std::string path(response.at("$ref").as_string());
  const auto& shared = document().at("components").as_object().at("responses").as_object();
  return shared.at(path.substr(path.rfind('/') + 1)).as_object();
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(c));
  return text;
}

/// A path that the pattern stands for.
std::string filled(std::string path) {
  for (std::size_t from = 0; (from = path.find('{')) != std::string::npos;) {
    path.replace(from, path.find('}', from) - from + 1, "alice");
  }
  return path;
}

Ask ask_for(const Route& route) {
  Ask ask{.method = route.method, .path = filled(std::string(route.pattern)), .trust = route.trust};
  ask.authorization = "Bearer boss.boss-secret";
  if (route.action == Action::kJoin) ask.query = "participant=alice";
  if (route.action == Action::kMakeKey) ask.body = R"({"id":"shop","policy":{"users":["a*"]}})";
  if (route.action == Action::kLift) ask.query = "kind=user&value=alice";
  return ask;
}

void expect_described(const http::Response& response, const Route& route) {
  const auto& paths = document().at("paths").as_object();
  const auto& operation = paths.at(route.pattern)
                              .as_object()
                              .at(lower(std::string(http::method_name(route.method))))
                              .as_object();
  const auto& responses = operation.at("responses").as_object();
  const std::string status = std::to_string(response.status);
  ASSERT_TRUE(responses.contains(status)) << route.pattern << " " << status << response.body;
  const auto& described = resolve(responses.at(status).as_object());
  if (const auto* headers = described.if_contains("headers")) {
    for (const auto& header : headers->as_object()) {
      EXPECT_TRUE(response.headers.has(header.key()) || status == "503") << header.key();
    }
  }
  if (!described.contains("content")) {
    EXPECT_EQ(response.body, "") << route.pattern;
    return;
  }
  const auto& content = described.at("content").as_object();
  ASSERT_TRUE(content.contains(response.headers.find("Content-Type")))
      << route.pattern << ": " << response.headers.find("Content-Type");
  if (response.headers.find("Content-Type") != "application/json" &&
      response.headers.find("Content-Type") != "application/problem+json") {
    return;
  }
  const auto& schema = content.begin()->value().as_object().at("schema").as_object();
  const auto body = http::parse_json(response.body, {.bytes = 1 << 20, .depth = 32});
  ASSERT_TRUE(body) << response.body;
  EXPECT_THAT(JsonSchema(all_schemas()).check(*body, schema), IsEmpty()) << route.pattern << "\n"
                                                                         << response.body;
}

TEST(Schemas, EverySuccessIsAsDescribed) {
  for (const Route& route : routes()) {
    FakeWorld world;
    world.rules.add({.kind = RevocationKind::kUser,
                     .value = "bob",
                     .until_s = kNow + 60,
                     .at_s = kNow,
                     .reason = "why"});
    if (route.action == Action::kLift) {
      world.rules.add({.kind = RevocationKind::kUser,
                       .value = "alice",
                       .until_s = kNow + 60,
                       .at_s = kNow,
                       .reason = ""});
    }
    if (route.action == Action::kLeave || route.action == Action::kList) {
      world.records.push_back({.username = "1767225600:alice:alice",
                               .user = "alice",
                               .session = "alice",
                               .caller = "boss",
                               .origin = "",
                               .call_id = "",
                               .issued_s = kNow,
                               .expires_s = kNow + 60});
    }
    if (route.action == Action::kRemoveKey || route.action == Action::kKeys) {
      world.add_key({"alice", {}, R"({"per_minute":1})"});
    }
    Api api(test_settings(), world);
    const http::Response response = api.handle(make_request(ask_for(route)));
    EXPECT_EQ(response.status, route.success) << route.pattern << response.body;
    expect_described(response, route);
  }
}

TEST(Schemas, EveryErrorIsAsDescribed) {
  for (const Route& route : routes()) {
    if (is_open(route.action)) continue;
    FakeWorld world;
    ApiSettings settings = test_settings();
    settings.wrong_keys.free = 0;
    Api api(settings, world);
    Ask ask = ask_for(route);
    ask.query = "%zz";
    expect_described(api.handle(make_request(ask)), route);  // 400
    ask = ask_for(route);
    ask.authorization = "Bearer boss.wrong";
    for (const unsigned status : {401U, 429U}) {
      const http::Response response = api.handle(make_request(ask));
      EXPECT_EQ(response.status, status);
      expect_described(response, route);
    }
    ask = ask_for(route);
    world.store_away = true;
    if (route.action != Action::kLift && route.action != Action::kRevocations) {
      expect_described(api.handle(make_request(ask)), route);  // 503
    }
  }
}

TEST(Schemas, TheValidatorFindsWhatIsWrong) {
  const JsonSchema schema(all_schemas());
  const auto wrong = [&](const char* text, const char* name) {
    return schema.check(*http::parse_json(text), all_schemas().at(name).as_object());
  };
  EXPECT_THAT(wrong(R"([{"urls":"stun:a"}])", "IceServerList"), IsEmpty());
  EXPECT_EQ(wrong(R"([{"urls":7}])", "IceServerList").size(), 1U);
  EXPECT_EQ(wrong(R"([{}])", "IceServerList").size(), 1U);
  EXPECT_EQ(wrong(R"([{"urls":[],"more":1}])", "IceServerList").size(), 1U);
  EXPECT_EQ(wrong(R"({"iceServers":[],"iceTransportPolicy":"none"})", "RtcConfiguration").size(),
            1U);
  EXPECT_EQ(wrong(R"({"s":"bad","v":"unauthorized"})", "XirsysV3Error").size(), 1U);
}

TEST(Schemas, EachIsUsedAndExamplesFit) {
  const std::string text = render_openapi();
  for (const auto& schema : all_schemas()) {
    EXPECT_THAT(text,
                testing::HasSubstr("#/components/schemas/" + std::string(schema.key()) + "\""));
    const auto& rules = schema.value().as_object();
    if (const auto* example = rules.if_contains("example")) {
      EXPECT_THAT(JsonSchema(all_schemas()).check(*example, rules), IsEmpty()) << schema.key();
    }
  }
}

}  // namespace
}  // namespace turnpike::credentials::api
