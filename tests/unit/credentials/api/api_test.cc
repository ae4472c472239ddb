#include "credentials/api/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "credentials/core/authenticator.h"
#include "http/core/json.h"
#include "tests/unit/credentials/api/fake_world.h"

namespace turnpike::credentials::api {
namespace {

using http::Method;
using http::TrustLevel;
using ::testing::HasSubstr;
using ::testing::Not;

class ApiTest : public ::testing::Test {
 protected:
  http::Response ask(const Ask& what) { return api().handle(make_request(what)); }
  http::Response manage(Method method, std::string path, std::string query = "",
                        std::string body = "") {
    return ask({.method = method,
                .path = std::move(path),
                .query = std::move(query),
                .body = std::move(body),
                .authorization = "Bearer boss.boss-secret",
                .trust = TrustLevel::kInternal});
  }
  http::Response mint(std::string query) {
    return ask({.method = Method::kPost, .path = "/v1/credentials", .query = std::move(query)});
  }
  Api& api() {
    if (!api_) api_.emplace(settings, world);
    return *api_;
  }

  ApiSettings settings = test_settings();
  FakeWorld world;

 private:
  std::optional<Api> api_;
};

TEST_F(ApiTest, WhatItMintsIsAcceptedByARelay) {
  const auto response = mint("user=alice&session=s1&ttl=60");
  ASSERT_EQ(response.status, 201U) << response.body;
  const auto body = *http::parse_json_object(response.body);
  const std::string username(body.at("username").as_string());
  EXPECT_EQ(username, "1767139260:s1:alice");
  AuthenticatorSettings relay;
  relay.shared_secrets_enabled = true;
  relay.shared_secrets.emplace_back("north");
  const LongTermKey key = long_term_key(world.digests(), PasswordAlgorithm::kMd5, username, "",
                                        std::string(body.at("password").as_string()));
  EXPECT_TRUE(Authenticator(relay).authenticate(
      world.digests(), username, PasswordAlgorithm::kMd5, WallTime(seconds(kNow)),
      [&key](Bytes offered) { return equal_constant_time(offered, key.view()); }));
}

TEST_F(ApiTest, EveryCredentialIsRecordedAndAudited) {
  ask({.path = "/v1/ice-servers", .query = "user=alice&call_id=c7", .origin = "https://a.org"});
  ASSERT_EQ(world.records.size(), 1U);
  const Issued& issued = world.records[0];
  EXPECT_EQ(issued.username, "1767225600:alice");
  EXPECT_EQ(issued.user, "alice");
  EXPECT_EQ(issued.caller, "page");
  EXPECT_EQ(issued.origin, "https://a.org");
  EXPECT_EQ(issued.call_id, "c7");
  EXPECT_EQ(issued.issued_s, kNow);
  EXPECT_EQ(issued.expires_s, kNow + 86400);
  ASSERT_EQ(world.events.size(), 1U);
  EXPECT_EQ(world.events[0].action, "mint");
  EXPECT_EQ(world.events[0].client, "192.0.2.7");
}

TEST_F(ApiTest, WithoutRoomToRememberItNothingIsGivenOut) {
  world.store_away = true;
  const auto response = mint("user=alice");
  EXPECT_EQ(response.status, 503U);
  EXPECT_THAT(response.body, Not(HasSubstr("password")));
  EXPECT_TRUE(response.headers.has("Retry-After"));
}

TEST_F(ApiTest, RelaysAreChosenByRegionAndHealth) {
  EXPECT_THAT(mint("").body, HasSubstr("turn.example.org"));
  EXPECT_THAT(mint("region=us").body, HasSubstr("turn:[2001:db8::1]:3478?transport=udp"));
  EXPECT_THAT(mint("region=us").body, Not(HasSubstr("turns:")));
  world.down = {0};
  EXPECT_THAT(mint("").body, HasSubstr("2001:db8::1"));
  world.down = {0, 1};
  EXPECT_EQ(mint("").status, 503U);
}

TEST_F(ApiTest, WishesAreHonouredOrRefused) {
  EXPECT_THAT(mint("transports=tls").body, Not(HasSubstr("transport=udp")));
  EXPECT_EQ(mint("transports=sctp").status, 400U);
  EXPECT_THAT(mint("policy=relay").body, HasSubstr(R"("iceTransportPolicy":"relay")"));
  EXPECT_EQ(mint("ttl=soon").status, 400U);
  EXPECT_EQ(mint("ttl=-5").status, 400U);
  EXPECT_EQ(mint("session=a:b").status, 400U);
  EXPECT_THAT(mint("ttl=999999999999").body, HasSubstr(R"("ttl":86400)"));
}

TEST_F(ApiTest, APolicyBindsItsCaller) {
  CallerPolicy policy;
  policy.identity = "corp-7";
  policy.max_lifetime = seconds(60);
  policy.origins.push_back(*http::OriginPattern::parse("https://app.example.org"));
  policy.per_minute = 2;
  world.add_key("page", "page-secret", policy);
  const Ask good{.path = "/v1/ice-servers",
                 .query = "user=somebody-else",
                 .origin = "https://app.example.org"};
  const auto response = ask(good);
  EXPECT_THAT(response.body, HasSubstr(R"("username":"1767139260:corp-7")"));
  EXPECT_EQ(ask({.path = "/v1/ice-servers", .origin = "https://evil.org"}).status, 403U);
  EXPECT_EQ(ask(good).status, 200U);
  const auto slowed = ask(good);
  EXPECT_EQ(slowed.status, 429U);
  EXPECT_TRUE(slowed.headers.has("Retry-After"));
  world.passed = seconds(61);
  EXPECT_EQ(ask(good).status, 200U);
}

TEST_F(ApiTest, GuessingIsHeldBack) {
  settings.wrong_keys = {.free = 3, .max_wait = seconds(4)};
  const auto guess = [this](std::string key) {
    return ask({.path = "/turn", .authorization = "Bearer " + std::move(key)}).status;
  };
  for (int i = 0; i < 4; ++i) EXPECT_EQ(guess("page.guess"), 401U);
  const auto held = ask({.path = "/turn"});  // the right secret now: it is not looked at
  EXPECT_EQ(held.status, 429U);
  EXPECT_EQ(held.headers.find("Retry-After"), "1");
  EXPECT_EQ(guess("boss.boss-secret"), 200U);  // another key of the same address
  world.passed += seconds(1);
  EXPECT_EQ(guess("page.guess"), 401U);
  EXPECT_EQ(ask({.path = "/turn"}).headers.find("Retry-After"), "2");
  world.passed += seconds(2);
  EXPECT_EQ(ask({.path = "/turn"}).status, 200U);
  // Ids that nobody has are all of one suspect.
  for (int i = 0; i < 4; ++i) EXPECT_EQ(guess("id" + std::to_string(i) + ".x"), 401U);
  EXPECT_EQ(guess("id9.x"), 429U);
  EXPECT_EQ(ask({.path = "/turn", .authorization = ""}).status, 401U);
  const auto refused = std::ranges::count(world.events, "refuse", &AuditEvent::action);
  EXPECT_EQ(refused, 9);  // what is held back fills no disk
  EXPECT_EQ(world.events.front().detail, "wrong secret for the key page");
}

TEST_F(ApiTest, OldTokensLockNobodyOut) {
  settings.wrong_keys = {.free = 3, .max_wait = seconds(4)};
  settings.tokens.rules = {.issuer = "https://id.example.org", .audience = "turn"};
  const AnyKey keys;
  world.tokens = &keys;
  const auto show = [this](const std::string& shown) {
    return ask({.path = "/turn", .authorization = "Bearer " + shown}).status;
  };
  const std::string good = token(R"(,"sub":"alice")"), bad = token("");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(show(bad), 401U);
  EXPECT_EQ(show(bad), 429U);
  EXPECT_EQ(show(good), 200U);
  EXPECT_EQ(show("id9.x"), 401U);  // who shows keys of the same address
  EXPECT_EQ(std::ranges::count(world.events, "refuse", &AuditEvent::action), 5);
}

TEST_F(ApiTest, ACertificateIsACaller) {
  http::Request request = make_request({.path = "/turn", .authorization = ""});
  request.certificate_subject = "CN=backend";
  EXPECT_EQ(api().handle(request).status, 200U);
  EXPECT_EQ(world.records.at(0).caller, "backend");
  request.certificate_subject = "CN=stranger";
  EXPECT_EQ(api().handle(request).status, 401U);
}

TEST_F(ApiTest, ThePathMayNameTheKey) {
  const auto generate = [this](const char* key, const char* secret) {
    return ask({.method = Method::kPost,
                .path = "/v1/turn/keys/" + std::string(key) + "/credentials/generate",
                .body = R"({"ttl":60})",
                .authorization = "Bearer " + std::string(secret)})
        .status;
  };
  EXPECT_EQ(generate("page", "page-secret"), 201U);
  EXPECT_EQ(generate("boss", "page-secret"), 401U);
  EXPECT_EQ(generate("anything", "page.page-secret"), 201U);
}

TEST_F(ApiTest, StrangersGetNamesOfTheirOwn) {
  mint("");
  mint("");
  ASSERT_EQ(world.records.size(), 2U);
  EXPECT_NE(world.records[0].username, world.records[1].username);
  EXPECT_EQ(world.records[0].user.size(), 12U);
  EXPECT_EQ(world.records[0].username, "1767225600:" + world.records[0].user);
}

TEST_F(ApiTest, QuotasAndHoursHold) {
  CallerPolicy policy;
  policy.per_day = 1;
  policy.hours.push_back(*OfficeHours::parse("Mo-Fr 08:00-18:00"));
  world.add_key("page", "page-secret", policy);
  world.week_time = {5, 12 * 60};
  EXPECT_EQ(mint("user=alice").status, 403U);
  world.week_time = {4, 12 * 60};
  EXPECT_EQ(mint("user=alice").status, 201U);
  EXPECT_EQ(mint("user=alice").status, 429U);
}

TEST_F(ApiTest, ManagementNeedsALevelAndAKeyForIt) {
  const auto hidden = ask({.path = "/v1/credentials", .authorization = "Bearer boss.boss-secret"});
  EXPECT_EQ(hidden.status, 405U);  // there is something else of that path: to mint
  EXPECT_EQ(hidden.headers.find("Allow"), "POST");
  EXPECT_EQ(ask({.path = "/v1/revocations", .authorization = "Bearer boss.boss-secret"}).status,
            404U);
  EXPECT_EQ(ask({.path = "/v1/credentials", .trust = TrustLevel::kInternal}).status, 403U);
  EXPECT_EQ(manage(Method::kGet, "/v1/credentials").status, 200U);
  EXPECT_EQ(ask({.path = "/turn", .trust = TrustLevel::kWebhook}).status, 404U);
  EXPECT_EQ(ask({.path = "/turn", .trust = TrustLevel::kSystem}).status, 200U);
}

TEST_F(ApiTest, AManagerOfSomeUsersLeavesTheOthersAlone) {
  mint("user=shop-1&session=s1");
  mint("user=bank-1&session=s1");
  mint("user=bank-1");
  CallerPolicy shop;
  shop.may_manage = true;
  shop.users = {"shop-*"};
  world.add_key("boss", "boss-secret", shop);
  const auto listed = manage(Method::kGet, "/v1/credentials").body;
  EXPECT_THAT(listed, HasSubstr("shop-1"));
  EXPECT_THAT(listed, Not(HasSubstr("bank-1")));
  EXPECT_EQ(manage(Method::kDelete, "/v1/users/bank-1").status, 403U);
  EXPECT_EQ(manage(Method::kDelete, "/v1/credentials/1767225600:bank-1").status, 403U);
  EXPECT_EQ(manage(Method::kDelete, "/v1/credentials/1767225600:shop-9").status, 403U);
  EXPECT_EQ(manage(Method::kDelete, "/v1/sessions/s1/participants/bank-1").status, 403U);
  EXPECT_EQ(manage(Method::kDelete, "/v1/sessions/s1").status, 204U);
  EXPECT_TRUE(world.rules.refuses("1767225600:s1:shop-1", kNow));
  EXPECT_FALSE(world.rules.refuses("1767225600:s1:bank-1", kNow));
  world.rules.add({RevocationKind::kUser, "bank-1", kNow + 60, kNow, ""});
  world.rules.add({RevocationKind::kPrefix, "shop", kNow + 60, kNow, ""});
  const auto rules = manage(Method::kGet, "/v1/revocations").body;
  EXPECT_THAT(rules, HasSubstr("1767225600:s1:shop-1"));
  EXPECT_THAT(rules, Not(HasSubstr("bank-1")));
  EXPECT_THAT(rules, Not(HasSubstr("prefix")));
  const auto lift = [this](const char* what) {
    return manage(Method::kDelete, "/v1/revocations", what).status;
  };
  EXPECT_EQ(lift("kind=user&value=bank-1"), 403U);
  EXPECT_EQ(lift("kind=prefix&value=shop"), 403U);
  EXPECT_EQ(lift("kind=credential&value=1767225600:bank-1"), 403U);
  EXPECT_EQ(lift("kind=credential&value=1767225600:s1:shop-1"), 204U);
  EXPECT_EQ(manage(Method::kGet, "/v1/keys").status, 403U);
}

TEST_F(ApiTest, LogsAreHandedOutPieceByPiece) {
  const auto piece = manage(Method::kGet, "/v1/audit", "after=5&limit=9");
  EXPECT_EQ(piece.status, 200U);
  EXPECT_EQ(piece.body, "{\"after\":5,\"lines\":9}\n");
  EXPECT_EQ(piece.headers.find("Content-Type"), "application/x-ndjson");
  EXPECT_EQ(piece.headers.find("X-Next-After"), "77");
  EXPECT_EQ(manage(Method::kGet, "/v1/accounting").body, "{\"after\":0,\"lines\":1000}\n");
  EXPECT_EQ(manage(Method::kGet, "/v1/accounting", "format=csv").status, 404U);  // not kept
  for (const char* wrong : {"limit=0", "limit=10001", "after=-1", "after=x", "format=xml"}) {
    EXPECT_EQ(manage(Method::kGet, "/v1/accounting", wrong).status, 400U) << wrong;
  }
  CallerPolicy some;
  some.may_manage = true;
  some.users = {"a*"};
  world.add_key("boss", "boss-secret", some);
  EXPECT_EQ(manage(Method::kGet, "/v1/audit").status, 403U);
}

TEST_F(ApiTest, KeysAreMadeAndRemovedAtRunTime) {
  const auto make = [this](const char* body) {
    return manage(Method::kPost, "/v1/keys", "", body);
  };
  const auto made = make(R"({"id":"shop","policy":{"users":["shop-*"]}})");
  ASSERT_EQ(made.status, 201U) << made.body;
  const std::string key((*http::parse_json_object(made.body)).at("key").as_string());
  const auto mint_as = [this, &key](const char* user) {
    return ask({.method = Method::kPost,
                .path = "/v1/credentials",
                .query = "user=" + std::string(user),
                .authorization = "Bearer " + key})
        .status;
  };
  EXPECT_EQ(mint_as("shop-1"), 201U);
  EXPECT_EQ(mint_as("bank-1"), 403U);
  const auto listed = manage(Method::kGet, "/v1/keys").body;
  EXPECT_EQ(listed, R"({"keys":[{"id":"shop","policy":{"users":["shop-*"]}}]})");
  EXPECT_EQ(make(R"({"id":"shop"})").status, 409U);
  EXPECT_EQ(make(R"({"id":"a.b"})").status, 400U);
  EXPECT_EQ(make(R"({})").status, 400U);
  EXPECT_EQ(make(R"({"id":"x","policy":{"user":"a"}})").status, 400U);
  EXPECT_EQ(make(R"({"id":"x","policy":[]})").status, 400U);
  EXPECT_EQ(manage(Method::kDelete, "/v1/keys/shop").status, 204U);
  EXPECT_EQ(manage(Method::kDelete, "/v1/keys/shop").status, 404U);
  EXPECT_EQ(mint_as("shop-1"), 401U);
  for (const AuditEvent& event : world.events) {
    EXPECT_THAT(event.detail + event.subject, Not(HasSubstr("tpk_")));
  }
}

TEST_F(ApiTest, ListsWhatIsStillGood) {
  mint("user=alice&session=s1");
  mint("user=bob&session=s1");
  world.records.push_back({"1:old", "alice", "", "", "", "", 0, 1});
  const auto all = manage(Method::kGet, "/v1/credentials").body;
  EXPECT_THAT(all, HasSubstr("1767225600:s1:alice"));
  EXPECT_THAT(all, Not(HasSubstr("1:old")));
  EXPECT_THAT(manage(Method::kGet, "/v1/credentials", "user=bob").body, Not(HasSubstr("alice")));
}

TEST_F(ApiTest, ACredentialCanBeTakenBackAndLifted) {
  EXPECT_EQ(manage(Method::kDelete, "/v1/credentials/1767225600:alice", "reason=lost").status,
            204U);
  const Revocation rule = world.rules.rules().at(0);
  EXPECT_EQ(rule.kind, RevocationKind::kCredential);
  EXPECT_EQ(rule.value, "1767225600:alice");
  EXPECT_EQ(rule.until_s, kNow + 86400);
  EXPECT_EQ(rule.reason, "lost");
  EXPECT_THAT(manage(Method::kGet, "/v1/revocations").body, HasSubstr("1767225600:alice"));
  EXPECT_THAT(mint("user=alice").body, HasSubstr("1767225599:alice"));  // not the same again
  EXPECT_EQ(
      manage(Method::kDelete, "/v1/revocations", "kind=credential&value=1767225600:alice").status,
      204U);
  EXPECT_EQ(
      manage(Method::kDelete, "/v1/revocations", "kind=credential&value=1767225600:alice").status,
      404U);
  EXPECT_EQ(manage(Method::kDelete, "/v1/revocations", "kind=x").status, 400U);
}

TEST_F(ApiTest, AUserIsTakenBackWithHisSessionsAndGetsNothingNew) {
  mint("user=alice");
  mint("user=alice&session=s1");
  mint("user=bob&session=s1");
  EXPECT_EQ(manage(Method::kDelete, "/v1/users/alice").status, 204U);
  EXPECT_TRUE(world.rules.refuses("1767225600:alice", kNow));
  EXPECT_TRUE(world.rules.refuses("1767225600:s1:alice", kNow));
  EXPECT_FALSE(world.rules.refuses("1767225600:s1:bob", kNow));
  const auto refused = mint("user=alice&ttl=60");
  EXPECT_EQ(refused.status, 403U);
  EXPECT_THAT(refused.body, HasSubstr("user alice is revoked until 2026-01-01T00:00:00Z"));
  EXPECT_EQ(mint("user=alice&session=s2").status, 403U);
}

TEST_F(ApiTest, ASessionsParticipantsComeAndGo) {
  const auto joined =
      manage(Method::kPost, "/v1/sessions/s1/participants", "", R"({"participant":"visitor"})");
  EXPECT_EQ(joined.status, 201U) << joined.body;
  EXPECT_THAT(joined.body, HasSubstr("1767225600:s1:visitor"));
  EXPECT_EQ(manage(Method::kPost, "/v1/sessions/s1/participants").status, 400U);
  EXPECT_EQ(manage(Method::kDelete, "/v1/sessions/s1/participants/visitor").status, 204U);
  EXPECT_TRUE(world.rules.refuses("1767225600:s1:visitor", kNow));
  EXPECT_EQ(manage(Method::kDelete, "/v1/sessions/s1/participants/nobody").status, 404U);
  const auto back =
      manage(Method::kPost, "/v1/sessions/s1/participants", "", R"({"participant":"visitor"})");
  EXPECT_THAT(back.body, HasSubstr("1767225599:s1:visitor"));
  EXPECT_EQ(manage(Method::kDelete, "/v1/sessions/s1").status, 204U);
  EXPECT_TRUE(world.rules.refuses("1767229999:s1:anybody", kNow));
}

TEST_F(ApiTest, PagesOfAllowedOriginsMayRead) {
  settings.cors.allowed.push_back(*http::OriginPattern::parse("https://app.example.org"));
  const auto good = ask({.path = "/turn", .origin = "https://app.example.org"});
  EXPECT_EQ(good.headers.find("Access-Control-Allow-Origin"), "https://app.example.org");
  EXPECT_FALSE(ask({.path = "/turn", .origin = "https://evil.org"})
                   .headers.has("Access-Control-Allow-Origin"));
}

TEST_F(ApiTest, UnknownPathsAndMethods) {
  EXPECT_EQ(ask({.path = "/nothing"}).status, 404U);
  const auto wrong = ask({.method = Method::kDelete, .path = "/turn"});
  EXPECT_EQ(wrong.status, 405U);
  EXPECT_EQ(wrong.headers.find("Allow"), "GET, POST");
  EXPECT_EQ(ask({.path = "/turn", .query = "a=%zz"}).status, 400U);
  EXPECT_EQ(ask({.path = "/v1/openapi.json", .authorization = ""}).status, 200U);
}

}  // namespace
}  // namespace turnpike::credentials::api
