#include "cobrowse/server/rest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cobrowse/server/sessions_world.h"

namespace turnpike::cobrowse {
namespace {

using http::Method;
using http::TrustLevel;
using ::testing::HasSubstr;

class RestTest : public testing::Test {
 protected:
  RestTest()
      : agents_(
            [this] {
              AgentSettings settings;
              settings.keys = {{"shop", {world_.digests.sha256({as_bytes("sesame")}), false}}};
              settings.attempts = {.free = 2};
              return settings;
            }(),
            world_.digests, nullptr),
        rest_(
            *world_.sessions, agents_, [this] { return world_.time(); }, "/public", "/app") {}

  http::Response ask(Method method, const std::string& path, const std::string& body = "",
                     TrustLevel trust = TrustLevel::kInternal) {
    http::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.trust = trust;
    request.client = {world_.address, 5000};
    if (!key_.empty()) request.headers.set("Authorization", "Bearer " + key_);
    return rest_.handle(request);
  }
  unsigned status(Method method, const std::string& path, const std::string& body = "",
                  TrustLevel trust = TrustLevel::kInternal) {
    return ask(method, path, body, trust).status;
  }
  http::Response join(const std::string& body) {
    return ask(Method::kPost, "/v1/join", body, TrustLevel::kPublic);
  }
  static Object body(const http::Response& response) {
    const auto read = http::parse_json_object(response.body);
    return read ? *read : Object{};
  }
  Object make() {
    return body(ask(Method::kPost, "/v1/sessions", R"({"start_url":"https://example.org/"})"));
  }

  SessionsWorld world_;
  Agents agents_;
  Rest rest_;
  std::string key_ = "shop.sesame";
};

TEST_F(RestTest, SessionsAreMadeListedShownAndEnded) {
  const auto made = ask(Method::kPost, "/v1/sessions",
                        R"({"kind":"universal","start_url":"https://example.org/","name":"Help",)"
                        R"("mode":"shared"})");
  ASSERT_EQ(made.status, 201U) << made.body;
  EXPECT_EQ(made.headers.find("Cache-Control"), "no-store");
  const Object session = body(made);
  for (const char* const member :
       {"id", "kind", "name", "start_url", "state", "created_at", "mode", "people", "invite"}) {
    EXPECT_TRUE(session.contains(member)) << member;
  }
  EXPECT_EQ(session.at("mode"), "shared");
  const std::string path = "/v1/sessions/" + SessionsWorld::id_of(session);
  const Object list = body(ask(Method::kGet, "/v1/sessions"));
  EXPECT_EQ(list.at("sessions").as_array().size(), 1U);
  EXPECT_FALSE(list.at("sessions").at(0).as_object().contains("invite"));
  EXPECT_EQ(http::to_json(list.at("capacity")), R"({"running":1,"max":2})");
  EXPECT_EQ(body(ask(Method::kGet, path)).at("name"), "Help");
  EXPECT_EQ(status(Method::kHead, path), 200U);
  const auto ended = ask(Method::kDelete, path);
  EXPECT_EQ(ended.status, 204U);
  EXPECT_EQ(ended.body, "");
  EXPECT_EQ(status(Method::kDelete, path), 404U);
  EXPECT_EQ(status(Method::kGet, path), 404U);
}

TEST_F(RestTest, BadSessionsAreRefusedWithTheMember) {
  const auto detail = [&](const std::string& text) {
    const auto answer = ask(Method::kPost, "/v1/sessions", text);
    EXPECT_EQ(answer.status, 400U) << text;
    EXPECT_EQ(answer.headers.find("Content-Type"), "application/problem+json");
    return std::string(body(answer).at("detail").as_string());
  };
  EXPECT_THAT(detail(""), HasSubstr("start_url"));
  EXPECT_THAT(detail(R"({"start_url":"javascript:void 0"
})"),
              HasSubstr("start_url"));
  EXPECT_THAT(detail(R"({"start_url":"file:///etc/passwd"})"), HasSubstr("start_url"));
  EXPECT_THAT(detail(R"({"kind":"document"})"), HasSubstr("documents are off"));
  EXPECT_THAT(detail(R"({"kind":"document","start_url":"https://a.example"})"),
              HasSubstr("has none"));
  EXPECT_THAT(detail(R"({"kind":"film","start_url":"https://a.example"})"), HasSubstr("kind"));
  EXPECT_THAT(detail(R"({"start_url":7})"), HasSubstr("start_url"));
  EXPECT_THAT(detail("{\"start_url\":\"https://" + std::string(8200, 'a') + "\"}"),
              HasSubstr("start_url: at most 8192"));
  EXPECT_THAT(detail(R"({"start_url":"https://a","kind":"x"})"), HasSubstr("kind"));
  EXPECT_THAT(detail(R"({"start_url":"https://a","mode":"x"})"), HasSubstr("mode"));
  EXPECT_THAT(detail(R"({"start_url":"https://a","name":[]})"), HasSubstr("name"));
  detail("[]");
  detail("{");
  EXPECT_EQ(world_.sessions->count(), 0U);
}

TEST_F(RestTest, FullIs503WithATime) {
  make();
  make();
  const auto third = ask(Method::kPost, "/v1/sessions", R"({"start_url":"https://example.org/"})");
  EXPECT_EQ(third.status, 503U);
  EXPECT_EQ(third.headers.find("Retry-After"), "30");
}

TEST_F(RestTest, InvitesAndAgentsOfASession) {
  const std::string id = SessionsWorld::id_of(make());
  const std::string path = "/v1/sessions/" + id;
  const auto invite = ask(Method::kPost, path + "/invites", R"({"role":"observer"})");
  ASSERT_EQ(invite.status, 201U);
  EXPECT_TRUE(body(invite).contains("url") && body(invite).contains("pin"));
  EXPECT_EQ(status(Method::kPost, path + "/invites"), 201U);
  for (const char* const bad :
       {R"({"role":"agent"})", R"({"role":"recorder"})", R"({"role":7})", "["}) {
    EXPECT_EQ(status(Method::kPost, path + "/invites", bad), 400U) << bad;
  }
  const auto joined = ask(Method::kPost, path + "/join", R"({"name":"Bob","role":"agent"})");
  ASSERT_EQ(joined.status, 201U);
  EXPECT_EQ(body(joined).at("session").as_string(), id);
  EXPECT_EQ(std::string(body(joined).at("socket").as_string()),
            "/app/v1/socket?session=" + std::string(body(joined).at("session").as_string()));
  EXPECT_EQ(joined.headers.find("Cache-Control"), "no-store");
  for (const char* const bad :
       {R"({"role":"visitor"})", R"({"role":"admin"})", R"({"role":7})", R"({"name":7})"}) {
    EXPECT_EQ(status(Method::kPost, path + "/join", bad), 400U) << bad;
  }
  EXPECT_EQ(status(Method::kPost, path + "/join"), 201U);
  EXPECT_THAT(ask(Method::kGet, path).body, HasSubstr(R"("name":"shop","role":"agent")"));
  EXPECT_EQ(ask(Method::kPost, path + "/join", R"({"role":"recorder"})").status, 201U);
  EXPECT_EQ(status(Method::kPost, "/v1/sessions/other/join"), 404U);
  EXPECT_EQ(status(Method::kPost, "/v1/sessions/other/invites"), 404U);
}

TEST_F(RestTest, VisitorsJoin) {
  const Object made = make();
  key_.clear();
  const auto joined =
      join("{\"invite\":\"" + SessionsWorld::link_of(made) + "\",\"name\":\"Ann\"}");
  ASSERT_EQ(joined.status, 201U) << joined.body;
  EXPECT_EQ(std::string(body(joined).at("socket").as_string()),
            "/public/v1/socket?session=" + std::string(body(joined).at("session").as_string()));
  EXPECT_TRUE(world_.sessions->person_of(std::string(body(joined).at("token").as_string())));
  EXPECT_EQ(join("{\"pin\":\"" + SessionsWorld::pin_of(made) + "\"}").status, 201U);
  for (const char* const bad :
       {"", "{}", R"({"pin":"12345"})", R"({"pin":"1234567"})", R"({"pin":123456})",
        R"({"invite":7})", R"({"invite":"a","name":7})", R"({"invite":null})", "[]"}) {
    EXPECT_EQ(join(bad).status, 400U) << bad;
  }
  for (int i = 0; i < 4; ++i) EXPECT_EQ(join(R"({"invite":"no"})").status, 404U);
  const auto held = join(R"({"invite":"no"})");
  EXPECT_EQ(held.status, 429U);
  EXPECT_NE(held.headers.find("Retry-After"), "");
  EXPECT_EQ(status(Method::kGet, "/v1/join", "", TrustLevel::kPublic), 405U);
}

TEST_F(RestTest, SessionsAreNotThereForThePublic) {
  const std::string id = SessionsWorld::id_of(make());
  for (const TrustLevel trust : {TrustLevel::kPublic, TrustLevel::kWebhook}) {
    for (const std::string& path :
         {std::string("/v1/sessions"), "/v1/sessions/" + id, "/v1/sessions/" + id + "/join",
          "/v1/sessions/" + id + "/invites"}) {
      EXPECT_EQ(status(Method::kGet, path, "", trust), 404U) << path;
      EXPECT_EQ(status(Method::kPost, path, "", trust), 404U) << path;
      EXPECT_EQ(status(Method::kDelete, path, "", trust), 404U) << path;
    }
  }
  EXPECT_EQ(world_.sessions->count(), 1U);
}

TEST_F(RestTest, InsideTakesAKey) {
  key_ = "shop.no";
  const auto refused = ask(Method::kGet, "/v1/sessions");
  EXPECT_EQ(refused.status, 401U);
  EXPECT_EQ(refused.headers.find("WWW-Authenticate"), "Bearer");
  key_.clear();
  for (const char* const path :
       {"/v1/sessions", "/v1/sessions/x", "/v1/sessions/x/join", "/v1/sessions/x/invites"}) {
    EXPECT_EQ(status(Method::kPost, path), 401U) << path;
  }
  key_ = "shop.no";
  ask(Method::kGet, "/v1/sessions");
  ask(Method::kGet, "/v1/sessions");
  const auto held = ask(Method::kGet, "/v1/sessions");
  EXPECT_EQ(held.status, 429U);
  EXPECT_NE(held.headers.find("Retry-After"), "");
}

TEST_F(RestTest, MethodsAndPaths) {
  const auto wrong = ask(Method::kPut, "/v1/sessions");
  EXPECT_EQ(wrong.status, 405U);
  EXPECT_EQ(wrong.headers.find("Allow"), "GET, POST");
  EXPECT_EQ(ask(Method::kPost, "/v1/sessions/x").headers.find("Allow"), "GET, DELETE");
  EXPECT_EQ(ask(Method::kGet, "/v1/sessions/x/join").headers.find("Allow"), "POST");
  for (const char* const path : {"/", "/v1", "/v1/sessionsx", "/v1/sessions/", "/v1/sessions/x/",
                                 "/v1/sessions/x/y", "/v1/sessions/x/join/y", "/v2/sessions"}) {
    EXPECT_EQ(status(Method::kGet, path), 404U) << path;
  }
}

}  // namespace
}  // namespace turnpike::cobrowse
