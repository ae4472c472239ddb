#include <gtest/gtest.h>

#include "cobrowse/server/session.h"
#include "tests/unit/cobrowse/server/session_world.h"

namespace turnpike::cobrowse {
namespace {

constexpr const char* kRequest = R"({"t":"control","do":"request"})";
constexpr const char* kRelay = "candidate:1 1 udp 1 198.51.100.7 9 typ relay";
constexpr const char* kHostLine = "a=candidate:2 1 udp 1 10.0.0.5 9 typ host\r\n";

/// A visitor, 1, and an agent, 2, before a renderer.
TEST(SessionMessages, AgentsHelpWhenTheVisitorAllowsIt) {
  Room room;
  room.say(room.agent, kRequest);
  EXPECT_EQ(room.heard(room.agent, "refused").at("why"),
            "the visitor has not allowed others to help yet");
  EXPECT_FALSE(room.takes(room.agent, kText));
  room.say(room.agent, R"({"t":"consent","control":true})");  // not his to give
  EXPECT_FALSE(room.session.record().consent);
  room.allow();
  EXPECT_EQ(room.heard(room.agent, "control").at("event"), "consent");
  room.say(room.agent, kRequest);
  EXPECT_EQ(room.holder(), "2");
  EXPECT_TRUE(room.takes(room.agent, kText));
}

TEST(SessionMessages, ConsentThatIsTakenBackTakesControl) {
  Room room;
  room.allow();
  room.say(room.agent, kRequest);
  ASSERT_TRUE(room.takes(room.agent, kDown));
  room.allow(false);
  EXPECT_EQ(room.holder(), "1");
  EXPECT_EQ(SessionWorld::last(room.host.renderer, "release_keys").at("viewer"), 2);
  EXPECT_FALSE(room.takes(room.agent, kText));
  EXPECT_TRUE(room.noted("consent"));
}

TEST(SessionMessages, WithoutConsentNobodyWaitsAndNoKeysStayDown) {
  Room room;
  room.allow();
  room.say(room.visitor, kRequest);
  room.say(room.agent, kRequest);
  room.allow(false);
  EXPECT_EQ(http::to_json(room.heard(room.agent, "control").at("waiting")), "[]");
  room.say(room.visitor, R"({"t":"control","do":"release"})");
  EXPECT_EQ(room.holder(), "null");
  room.allow();
  room.say(room.visitor, R"({"t":"mode","mode":"shared"})");
  ASSERT_TRUE(room.takes(room.agent, kDown));
  room.forget();
  room.allow(false);
  EXPECT_EQ(SessionWorld::last(room.host.renderer, "release_keys").at("viewer"), 2);
  EXPECT_FALSE(room.takes(room.agent, kText));
}

TEST(SessionMessages, BeforeAVisitorComesAgentsPrepare) {
  SessionWorld world;
  world.renderer_comes();
  const ParticipantId agent = world.enter(Role::kAgent, "Bob");
  world.say(agent, kRequest);
  world.say(agent, kDown);
  EXPECT_EQ(world.host.renderer.back().at("t"), "down");
  const ParticipantId visitor = world.enter(Role::kVisitor, "Ann");
  EXPECT_EQ(world.session.describe().at("holder"), visitor.value);
  EXPECT_EQ(SessionWorld::last(world.host.renderer, "release_keys").at("viewer"), agent.value);
  world.say(visitor, R"({"t":"leave"})");  // and does not have it back when he has left
  world.forget();
  world.say(agent, kRequest);
  world.say(agent, kDown);
  EXPECT_EQ(SessionWorld::count(world.host.renderer, "down"), 0U);
  EXPECT_EQ(world.told(agent, "refused"), 2U);
}

TEST(SessionMessages, ControlGoesFromHandToHand) {
  Room room;
  room.allow();
  room.say(room.visitor, kRequest);
  EXPECT_EQ(room.holder(), "1");
  room.say(room.agent, kRequest);
  EXPECT_EQ(http::to_json(room.heard(room.visitor, "control")),
            R"({"t":"control","mode":"single","holder":1,"waiting":[2],"consent":true,)"
            R"("event":"requested","who":2})");
  room.say(room.visitor, R"({"t":"control","do":"deny","who":2})");
  EXPECT_EQ(room.heard(room.agent, "control").at("event"), "denied");
  room.say(room.agent, kRequest);
  room.say(room.agent, R"({"t":"control","do":"withdraw"})");
  EXPECT_EQ(room.heard(room.agent, "control").at("event"), "withdrawn");
  room.say(room.agent, kRequest);
  room.say(room.visitor, R"({"t":"control","do":"grant","who":2})");
  EXPECT_EQ(room.holder(), "2");
  room.say(room.agent, R"({"t":"control","do":"take"})");
  EXPECT_EQ(room.told(room.agent, "refused"), 1U);
  ASSERT_TRUE(room.takes(room.agent, kDown));
  room.say(room.visitor, R"({"t":"control","do":"take"})");
  EXPECT_EQ(room.holder(), "1");
  EXPECT_EQ(SessionWorld::count(room.host.renderer, "release_keys"), 1U);
  room.say(room.visitor, R"({"t":"control","do":"release"})");
  EXPECT_EQ(room.holder(), "null");
  for (const char* const nonsense :
       {R"({"t":"control"})", R"({"t":"control","do":"fly"})", R"({"t":"control","do":7})",
        R"({"t":"control","do":"grant","who":-1})", R"({"t":"control","do":"grant","who":"2"})",
        R"({"t":"control","do":"grant","who":4294967298})"}) {
    const std::size_t before = room.told(room.visitor, "refused");
    room.say(room.visitor, nonsense);
    EXPECT_EQ(room.told(room.visitor, "refused"), before + 1) << nonsense;
  }
}

TEST(SessionMessages, WhoIsIdleOrGoneLosesIt) {
  Room room({.idle_release = seconds(20)});
  room.allow();
  room.say(room.agent, kRequest);
  room.say(room.agent, kDown);
  room.run(seconds(21));
  EXPECT_EQ(room.heard(room.visitor, "control").at("event"), "idle");
  EXPECT_EQ(room.holder(), "null");
  EXPECT_EQ(SessionWorld::count(room.host.renderer, "release_keys"), 1U);
  room.say(room.agent, kRequest);
  room.say(room.agent, kDown);
  room.session.on_socket_lost(room.agent, room.now);
  EXPECT_EQ(SessionWorld::count(room.host.renderer, "release_keys"), 2U);
  EXPECT_EQ(room.heard(room.visitor, "control").at("event"), "left");
}

TEST(SessionMessages, ModesAreForVisitorAndAgents) {
  Room room;
  const ParticipantId observer = room.enter(Role::kObserver, "O");
  room.say(observer, R"({"t":"mode","mode":"view-only"})");
  EXPECT_EQ(room.told(observer, "error"), 1U);
  room.say(observer, R"({"t":"end"})");
  EXPECT_FALSE(room.session.is_over());
  room.say(room.agent, R"({"t":"mode","mode":"shared"})");
  EXPECT_EQ(room.session.record().mode, ControlMode::kShared);
  room.say(room.agent, R"({"t":"mode","mode":"chaos"})");
  EXPECT_EQ(room.told(room.agent, "error"), 1U);
  room.say(room.visitor, R"({"t":"control","do":"take"})");
  EXPECT_EQ(room.session.record().mode, ControlMode::kSingle);  // kept as it is
  room.say(room.visitor, R"({"t":"mode","mode":"view-only"})");
  EXPECT_FALSE(room.takes(room.visitor, kDown));
  EXPECT_EQ(room.heard(room.visitor, "refused").at("why"), "this session is for looking only");
  room.say(room.visitor, R"({"t":"end"})");
  EXPECT_EQ(room.host.end_reason, "ended");
}

TEST(SessionMessages, OnlyTheVisitorTypesWhereItIsSensitive) {
  Room room;
  room.allow();
  room.say(room.agent, kRequest);
  room.renderer_says(R"({"t":"sensitive","on":true})");
  EXPECT_FALSE(room.takes(room.agent, kText));
  EXPECT_EQ(room.heard(room.agent, "refused").at("why"), "only the visitor types here");
  room.renderer_says(R"({"t":"sensitive","on":false})");
  EXPECT_TRUE(room.takes(room.agent, kText));
}

TEST(SessionMessages, RefusalsOfInputComeOnceASecond) {
  Room room;
  for (int i = 0; i < 5; ++i) room.say(room.agent, kText);
  EXPECT_EQ(room.told(room.agent, "refused"), 1U);
  room.pass(seconds(1));
  room.say(room.agent, kText);
  EXPECT_EQ(room.told(room.agent, "refused"), 2U);
}

TEST(SessionMessages, CursorsAreShownToTheOthers) {
  Room room;
  room.say(room.agent, kMove);
  EXPECT_EQ(http::to_json(room.heard(room.visitor, "cursor")),
            R"({"t":"cursor","who":2,"x":1,"y":2})");
  EXPECT_EQ(room.told(room.agent, "cursor"), 0U);
  EXPECT_TRUE(room.host.renderer.empty());
  room.say(room.enter(Role::kObserver, "O"), kMove);
  EXPECT_EQ(room.told(room.visitor, "cursor"), 1U);
}

TEST(SessionMessages, OnlyWhatWasUnderstoodGoesOn) {
  Room room;
  room.say(room.visitor, kRequest);
  room.say(room.visitor, R"({"t":"text","text":"a","viewer":2,"evil":{"t":"end"}})");
  EXPECT_EQ(http::to_json(room.host.renderer.back()), R"({"t":"text","text":"a","viewer":1})");
  room.say(room.visitor, R"({"t":"drop","viewer":2})");
  EXPECT_EQ(room.told(room.visitor, "error"), 1U);
  room.say(room.visitor, R"({"t":"text","text":7})");
  EXPECT_EQ(room.heard(room.visitor, "error").at("text"), "text makes no sense");
  room.say(room.visitor, R"({"t":7})");
  room.say(room.visitor, "{}");
  EXPECT_EQ(room.told(room.visitor, "error"), 4U);
  EXPECT_EQ(SessionWorld::count(room.host.renderer, "text"), 1U);
}

TEST(SessionMessages, ThePolicyHolds) {
  Room room({.clipboard = false, .navigation = false, .documents = false});
  room.say(room.visitor, kRequest);
  for (const char* const text :
       {R"({"t":"copy"})", R"({"t":"paste","text":"x"})",
        R"({"t":"nav","do":"go","url":"https://a.example"})", R"({"t":"document","id":"d"})",
        R"({"t":"files","documents":["d"]})"}) {
    EXPECT_FALSE(room.takes(room.visitor, text)) << text;
  }
  EXPECT_EQ(room.told(room.visitor, "refused"), 5U);
  EXPECT_TRUE(room.takes(room.visitor, R"({"t":"nav","do":"back"})"));
  EXPECT_TRUE(room.takes(room.visitor, R"({"t":"files","documents":[]})"));  // no, thank you
}

TEST(SessionMessages, APairThatIsNotRelayedIsCut) {
  for (const char* const pair : {R"({"t":"pair","local":"host","remote":"relay"})",
                                 R"({"t":"pair","local":"relay","remote":"srflx"})",
                                 R"({"t":"pair","local":"relay"})", R"({"t":"pair"})"}) {
    Room room;
    room.say(room.visitor, pair);
    EXPECT_EQ(room.heard(room.visitor, "bye").at("reason"), "not_relayed") << pair;
    EXPECT_EQ(SessionWorld::last(room.host.renderer, "drop").at("viewer"), 1);
    EXPECT_EQ(room.host.disconnected, std::vector<std::uint32_t>{1});
    EXPECT_EQ(room.host.revoked, std::vector<std::uint32_t>{1});
    EXPECT_TRUE(room.noted("not relayed"));
    EXPECT_FALSE(room.session.find_by_token("hash Ann"));
  }
  Room room;
  room.renderer_says(R"({"t":"connected","viewer":2,"local":"relay","remote":"host"})");
  EXPECT_EQ(room.heard(room.agent, "bye").at("reason"), "not_relayed");
  EXPECT_FALSE(room.session.is_over());
}

TEST(SessionMessages, ARelayedPairIsShownAndWrittenDownOnce) {
  Room room;
  for (int i = 0; i < 3; ++i) {
    room.say(room.agent, R"({"t":"pair","local":"relay","remote":"relay","protocol":"udp"})");
  }
  EXPECT_EQ(room.host.notes.size(), 1U);
  EXPECT_EQ(room.host.notes[0].detail, "the browser: relay/relay udp");
  EXPECT_EQ(room.told(room.visitor, "people"), 1U);
  EXPECT_NE(http::to_json(room.heard(room.visitor, "people")).find(R"("route":"relay/udp")"),
            std::string::npos);
  // What a page makes up is not shown to others, whole or in half characters.
  room.say(room.agent,
           R"({"t":"pair","local":"relay","remote":"relay","protocol":"aaaaaaa\u00e9"})");
  EXPECT_TRUE(http::parse_json(http::to_json(room.heard(room.visitor, "people"))));
  EXPECT_EQ(http::to_json(room.heard(room.visitor, "people")).find("aaa"), std::string::npos);
}

TEST(SessionMessages, NoOtherCandidatesGoOnInEitherDirection) {
  Room room;
  const auto candidate = [&](const std::string& text) {
    room.session.on_message(room.visitor, {{"t", "candidate"}, {"candidate", text}}, room.now);
    room.session.on_renderer_message({{"t", "candidate"}, {"viewer", 1}, {"candidate", text}},
                                     room.now);
  };
  candidate("candidate:2 1 udp 1 10.0.0.5 9 typ host");
  candidate("candidate:2 1 udp 1 10.0.0.5 9 typ host x typ relay");
  candidate(std::string(kRelay) + "\r\n" + kHostLine);
  candidate("");
  candidate(std::string(kRelay) + std::string(600, ' '));
  EXPECT_TRUE(room.host.renderer.empty());
  EXPECT_EQ(room.told(room.visitor, "error"), 3U);
  room.host.sent.clear();
  candidate(kRelay);
  EXPECT_EQ(room.host.renderer.back().at("candidate"), kRelay);
  EXPECT_EQ(room.heard(room.visitor, "candidate").at("candidate"), kRelay);

  const std::string sdp = std::string("v=0\r\n") + kHostLine + "a=" + kRelay + "\r\n";
  const std::string clean = std::string("v=0\r\na=") + kRelay + "\r\n";
  room.session.on_message(room.visitor, {{"t", "answer"}, {"sdp", sdp}}, room.now);
  EXPECT_EQ(room.host.renderer.back().at("sdp").as_string(), clean);
  room.session.on_renderer_message({{"t", "offer"}, {"viewer", 1}, {"sdp", sdp}}, room.now);
  EXPECT_EQ(room.heard(room.visitor, "offer").at("sdp").as_string(), clean);
  EXPECT_EQ(room.told(room.agent, "offer"), 0U);
  const std::size_t before = room.host.renderer.size();
  room.session.on_message(room.visitor, {{"t", "answer"}, {"sdp", std::string(70'000, 'x')}},
                          room.now);
  EXPECT_EQ(room.host.renderer.size(), before);
}

TEST(SessionMessages, ALostViewerIsServedAgainButNotEndlessly) {
  Room room;
  const auto lose = [&] { room.renderer_says(R"({"t":"lost","viewer":1,"text":"ice"})"); };
  for (int i = 0; i < 20; ++i) lose();
  EXPECT_EQ(SessionWorld::count(room.host.renderer, "viewer"), 5U);  // and one before
  room.pass(seconds(61));
  lose();
  EXPECT_EQ(SessionWorld::count(room.host.renderer, "viewer"), 6U);
  room.session.on_socket_lost(room.visitor, room.now);
  lose();
  EXPECT_EQ(SessionWorld::count(room.host.renderer, "viewer"), 6U);
}

TEST(SessionMessages, WhoIsServedTooOftenIsServedAgainLater) {
  Room room;
  for (int i = 0; i < 9; ++i) room.renderer_says(R"({"t":"lost","viewer":1,"text":"ice"})");
  room.forget();
  room.run(seconds(59));
  EXPECT_EQ(SessionWorld::count(room.host.renderer, "viewer"), 0U);
  room.run(seconds(3));
  EXPECT_EQ(SessionWorld::count(room.host.renderer, "viewer"), 1U);
}

TEST(SessionMessages, NobodyFillsTheAuditLog) {
  Room room;
  room.allow();
  room.forget();
  for (int i = 0; i < 200; ++i) {
    room.allow(i % 2 == 1);
    room.say(room.agent, R"({"t":"control","do":"request"})");
    room.say(room.agent, R"({"t":"control","do":"release"})");
    room.say(room.visitor,
             i % 2 == 1 ? R"({"t":"mode","mode":"shared"})" : R"({"t":"mode","mode":"single"})");
    room.say(room.agent, R"({"t":"pair","local":"relay","remote":"relay","protocol":"udp"})");
    room.say(room.agent, R"({"t":"pair","local":"relay","remote":"relay","protocol":"tcp"})");
  }
  EXPECT_LT(room.host.notes.size(), 200U);
  EXPECT_LT(room.host.saves, 100);
  EXPECT_EQ(room.heard(room.agent, "refused").at("why"), "that is too often");
  room.pass(seconds(5));
  room.forget();
  room.say(room.visitor, R"({"t":"mode","mode":"view-only"})");
  EXPECT_GE(room.told(room.agent, "control"), 1U);
  room.say(room.agent, R"({"t":"pair","local":"host","remote":"relay","protocol":"udp"})");
  EXPECT_EQ(room.heard(room.agent, "bye").at("reason"), "not_relayed") << "never overlooked";
}

TEST(SessionMessages, TheRendererSpeaksOfThoseThatAreHere) {
  Room room;
  for (const char* const viewer : {"0", "-4294967295", "4294967297", "77", "\"1\""}) {
    room.renderer_says(std::string(R"({"t":"clipboard","text":"x","viewer":)") + viewer + "}");
    room.renderer_says(std::string(R"({"t":"lost","viewer":)") + viewer + "}");
  }
  EXPECT_TRUE(room.host.sent.empty());
  room.renderer_says(R"({"t":"clipboard","text":"x","viewer":2})");
  EXPECT_EQ(room.heard(room.agent, "clipboard").at("text"), "x");
  EXPECT_EQ(room.told(room.visitor, "clipboard"), 0U);
  room.host.sent.clear();
  room.session.on_documents({});
  room.host.sent.clear();
  for (const char* const type : {"documents", "welcome", "bye", "people", "x"}) {
    room.session.on_renderer_message({{"t", type}}, room.now);
  }
  EXPECT_TRUE(room.host.sent.empty());
}

TEST(SessionMessages, ThePageOfAHostileSiteIsCut) {
  Room room;
  const std::string url = "https://a.example/#" + std::string(20'000, 'u');
  const std::string title = std::string(999, 't') + "\u00e9" + std::string(5000, 't');
  room.session.on_renderer_message({{"t", "page"}, {"url", url}, {"title", title}}, room.now);
  const std::string told = http::to_json(room.heard(room.visitor, "page"));
  EXPECT_LT(told.size(), 10'000U);
  EXPECT_TRUE(http::parse_json(told));
  EXPECT_EQ(room.session.record().url, "");
  room.renderer_says(R"({"t":"page","url":"https://a.example/b?secret=1#2","title":"B"})");
  EXPECT_EQ(room.host.notes.back().detail, "https://a.example/b");
  room.renderer_says(R"({"t":"page","url":"file:///etc/passwd","title":"B"})");
  EXPECT_EQ(room.session.record().url, "https://a.example/b?secret=1#2");
}

TEST(SessionMessages, SmallTalk) {
  Room room;
  room.say(room.visitor, R"({"t":"ping","n":5})");
  EXPECT_EQ(http::to_json(room.heard(room.visitor, "pong")), R"({"t":"pong","n":5})");
  room.say(room.visitor, R"({"t":"stats","fps":30})");
  EXPECT_EQ(room.host.sent[1].size(), 1U);
  room.say(room.visitor, R"({"t":"leave"})");
  EXPECT_EQ(room.heard(room.visitor, "bye").at("reason"), "left");
  EXPECT_EQ(room.host.revoked, std::vector<std::uint32_t>{1});
  EXPECT_EQ(http::to_json(room.heard(room.agent, "people")).find("Ann"), std::string::npos);
  room.say(room.visitor, R"({"t":"ping","n":6})");
  EXPECT_EQ(room.told(room.visitor, "pong"), 1U);
}

}  // namespace
}  // namespace turnpike::cobrowse
