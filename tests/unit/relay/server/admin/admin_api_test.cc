#include "relay/server/admin/admin_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::server {
namespace {

using credentials::Revocation;
using credentials::RevocationKind;
using ::testing::HasSubstr;

class FakeWorld final : public AdminWorld {
 public:
  AdminStatus status() override {
    return {.instance = "abc", .version = "1", .allocations = 3, .revocations = 2, .store = "ok"};
  }
  Result<std::vector<turn::SessionInfo>, AdminTimeout> sessions(
      const turn::SessionFilter& filter) override {
    asked = filter;
    if (silent) return fail(AdminTimeout{});
    turn::SessionInfo session;
    session.id = {1000000000000001};
    session.user = "al\"ice";
    session.realm = "r";
    session.client.tuple.client = {*Endpoint::parse("192.0.2.1:5")};
    session.client.tuple.transport = Transport::kTls;
    session.relayed = {{*Endpoint::parse("203.0.113.1:49152")}};
    session.expires_in = seconds(600);
    session.usage.received_bytes = 77;
    return std::vector{session};
  }
  Result<bool, AdminTimeout> close_session(turn::SessionId id) override {
    if (silent) return fail(AdminTimeout{});
    return id.value == 7;
  }
  std::vector<Revocation> revocations() override { return rules; }
  Result<RevokeOutcome, AdminTimeout> revoke(const std::vector<Revocation>& more) override {
    if (silent) return fail(AdminTimeout{});
    rules.insert(rules.end(), more.begin(), more.end());
    return RevokeOutcome{.added = more.size(), .closed = 4, .stored = true};
  }
  Result<bool, AdminTimeout> lift(RevocationKind kind, std::string_view value) override {
    if (silent) return fail(AdminTimeout{});
    return kind == RevocationKind::kUser && value == "a b";
  }
  EndedSessions ended(std::uint64_t after, std::size_t limit) override {
    return ended_log.after(after, limit);
  }
  std::string instance() override { return "abc"; }
  std::int64_t now_s() override { return 1000; }

  turn::SessionFilter asked;
  std::vector<Revocation> rules;
  bool silent = false;
  EndedLog ended_log{4};
};

http::Response ask(FakeWorld& world, http::Method method, std::string path, std::string query = "",
                   std::string body = "") {
  http::Request request;
  request.method = method;
  request.path = std::move(path);
  request.query = std::move(query);
  request.body = std::move(body);
  return answer_admin(request, world);
}

using http::Method;

TEST(AdminApi, TellsHowTheRelayIs) {
  FakeWorld world;
  const auto response = ask(world, Method::kGet, "/v1/status");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.body,
            R"({"instance":"abc","version":"1","draining":false,"allocations":3,"revocations":2,)"
            R"("store":"ok"})");
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
}

TEST(AdminApi, ListsSessions) {
  FakeWorld world;
  const auto response = ask(world, Method::kGet, "/v1/sessions", "user=a%20b&session=s1&limit=5");
  EXPECT_EQ(world.asked.user, "a b");
  EXPECT_EQ(world.asked.session, "s1");
  EXPECT_EQ(world.asked.limit, 5U);
  EXPECT_THAT(response.body,
              HasSubstr(R"({"sessions":[{"id":"001000000000000001","user":"al\"ice","realm":"r",)"
                        R"("client":"192.0.2.1:5","transport":"TLS/TCP",)"
                        R"("relayed":["203.0.113.1:49152"],"expires_in_s":600,)"));
  EXPECT_THAT(response.body, HasSubstr(R"("received_bytes":77)"));
  for (const char* query : {"limit=0", "limit=x", "limit=10001", "limit=-1", "a=%zz"}) {
    EXPECT_EQ(ask(world, Method::kGet, "/v1/sessions", query).status, 400U) << query;
  }
}

TEST(AdminApi, ListsWhatHasEnded) {
  FakeWorld world;
  turn::AllocationDeleted what;
  what.id = {1000000000000001};
  what.user = "ali\xff";  // what a client names himself is any bytes
  what.client.tuple.client = {*Endpoint::parse("192.0.2.1:5")};
  what.reason = turn::CloseReason::kRevoked;
  what.started_s = 40;
  what.peers = {*IpAddress::parse("8.8.4.4")};
  what.permissions = 2;
  what.relayed[0] = {*Endpoint::parse("203.0.113.1:49152")};
  what.relayed_count = 1;
  what.total.peer_sent_bytes = 99;
  world.ended_log.add(what, WallTime(seconds(50)));
  const auto response = ask(world, Method::kGet, "/v1/ended", "after=0&limit=5");
  EXPECT_THAT(response.body,
              HasSubstr(R"({"instance":"abc","ended":[{"number":1,"id":"001000000000000001",)"
                        "\"user\":\"ali\xef\xbf\xbd\",\"realm\":\"\",\"client\":\"192.0.2.1:5\","
                        R"("transport":"UDP",)"
                        R"("relayed":["203.0.113.1:49152"],"start":40,"end":50,)"
                        R"("reason":"revoked","peers":["8.8.4.4"],"permissions":2,)"));
  EXPECT_THAT(response.body, HasSubstr(R"("peer_sent_bytes":99}}],"next":1,"lost":0})"));
  EXPECT_EQ(ask(world, Method::kGet, "/v1/ended", "after=1").body,
            R"({"instance":"abc","ended":[],"next":1,"lost":0})");
  for (const char* query : {"after=x", "limit=0", "limit=1001"}) {
    EXPECT_EQ(ask(world, Method::kGet, "/v1/ended", query).status, 400U) << query;
  }
  EXPECT_EQ(ask(world, Method::kPost, "/v1/ended").status, 405U);
}

TEST(AdminApi, EndsASession) {
  FakeWorld world;
  EXPECT_EQ(ask(world, Method::kDelete, "/v1/sessions/000000000000000007").status, 204U);
  EXPECT_EQ(ask(world, Method::kDelete, "/v1/sessions/8").status, 404U);
  EXPECT_EQ(ask(world, Method::kDelete, "/v1/sessions/x").status, 400U);
  EXPECT_EQ(ask(world, Method::kGet, "/v1/sessions/7").status, 405U);
}

TEST(AdminApi, RevokesAndLists) {
  FakeWorld world;
  const auto response =
      ask(world, Method::kPost, "/v1/revocations", "",
          R"({"revocations":[{"kind":"user","value":"bob","until":2000,"reason":"left"},)"
          R"({"kind":"session","value":"s1","until":3000}]})");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.body, R"({"added":2,"closed":4,"stored":true})");
  EXPECT_EQ(world.rules[0], (Revocation{RevocationKind::kUser, "bob", 2000, 1000, "left"}));
  EXPECT_EQ(world.rules[1], (Revocation{RevocationKind::kSession, "s1", 3000, 1000, ""}));
  EXPECT_THAT(ask(world, Method::kGet, "/v1/revocations").body,
              HasSubstr(R"({"kind":"user","value":"bob","until":2000,"at":1000,"reason":"left"})"));
}

TEST(AdminApi, CarriesOutAllRulesOrNone) {
  FakeWorld world;
  const std::string good = R"({"kind":"user","value":"bob","until":2000})";
  for (const std::string& bad : {
           std::string(R"({"kind":"planet","value":"bob","until":2000})"),
           std::string(R"({"kind":"user","value":"","until":2000})"),
           std::string(R"({"kind":"user","value":"bob","until":999})"),
           std::string(R"({"kind":"user","value":"bob"})"),
           std::string(R"({"kind":"user","value":"bob","until":"soon"})"),
           std::string(R"({"kind":"user","value":7,"until":2000})"),
           R"({"kind":"user","value":")" + std::string(513, 'x') + R"(","until":2000})",
           R"({"kind":"user","value":"b","until":2000,"reason":")" + std::string(257, 'x') + "\"}",
           std::string("7"),
       }) {
    const auto response = ask(world, Method::kPost, "/v1/revocations", "",
                              R"({"revocations":[)" + good + "," + bad + "]}");
    EXPECT_EQ(response.status, 400U) << bad;
    EXPECT_THAT(response.body, HasSubstr("revocations[1]")) << bad;
  }
  for (const char* body : {"", "[]", "{}", R"({"revocations":[]})", R"({"revocations":7})", "{"}) {
    EXPECT_EQ(ask(world, Method::kPost, "/v1/revocations", "", body).status, 400U) << body;
  }
  EXPECT_TRUE(world.rules.empty());
}

TEST(AdminApi, LiftsARevocation) {
  FakeWorld world;
  EXPECT_EQ(ask(world, Method::kDelete, "/v1/revocations", "kind=user&value=a+b").status, 204U);
  EXPECT_EQ(ask(world, Method::kDelete, "/v1/revocations", "kind=user&value=c").status, 404U);
  EXPECT_EQ(ask(world, Method::kDelete, "/v1/revocations", "kind=user").status, 400U);
  EXPECT_EQ(ask(world, Method::kDelete, "/v1/revocations", "value=c").status, 400U);
}

TEST(AdminApi, SaysWhatItDoesNotKnow) {
  FakeWorld world;
  EXPECT_EQ(ask(world, Method::kGet, "/").status, 404U);
  const auto response = ask(world, Method::kPut, "/v1/revocations");
  EXPECT_EQ(response.status, 405U);
  EXPECT_EQ(response.headers.find("Allow"), "GET, POST, DELETE");
  EXPECT_EQ(ask(world, Method::kPost, "/v1/status").status, 405U);
}

TEST(AdminApi, ThreadsThatDoNotAnswerAre503) {
  FakeWorld world;
  world.silent = true;
  EXPECT_EQ(ask(world, Method::kGet, "/v1/sessions").status, 503U);
  EXPECT_EQ(ask(world, Method::kDelete, "/v1/sessions/7").status, 503U);
  EXPECT_EQ(ask(world, Method::kDelete, "/v1/revocations", "kind=user&value=a+b").status, 503U);
  const auto response = ask(world, Method::kPost, "/v1/revocations", "",
                            R"({"revocations":[{"kind":"user","value":"bob","until":2000}]})");
  EXPECT_EQ(response.status, 503U);
  EXPECT_EQ(response.headers.find("Retry-After"), "1");
}

}  // namespace
}  // namespace turnpike::server
