#include "cobrowse/server/session.h"

#include <gtest/gtest.h>

#include "tests/unit/cobrowse/server/session_world.h"

namespace turnpike::cobrowse {
namespace {

TEST(Session, WelcomeSaysEverythingThatAPageNeeds) {
  SessionWorld world({.audio = true, .clipboard = false, .documents = true});
  const ParticipantId id = world.enter(Role::kVisitor, "Ann");
  const std::string text = http::to_json(world.heard(id, "welcome"));
  EXPECT_EQ(
      text,
      R"({"t":"welcome","session":"s","name":"Help","kind":"universal","you":1,"role":"visitor",)"
      R"("consent":false,"ice_servers":["p1"],"warn_before_s":60,"policy":{"clipboard":false,)"
      R"("navigation":true,"documents":true,"downloads":false,"non_pdf":false,"audio":true}})");
  EXPECT_EQ(http::to_json(world.heard(id, "people")),
            R"({"t":"people","people":[{"id":1,"name":"Ann","role":"visitor","here":true,)"
            R"("route":""}]})");
  EXPECT_EQ(http::to_json(world.heard(id, "control")),
            R"({"t":"control","mode":"single","holder":null,"waiting":[],"consent":false})");
  EXPECT_EQ(world.heard(id, "renderer").at("state"), "starting");
  EXPECT_EQ(world.host.sent[id.value].front().at("t"), "welcome");
}

TEST(Session, IsFullAtItsNumber) {
  SessionWorld world({.max_people = 2});
  world.enter(Role::kVisitor, "a");
  world.enter(Role::kAgent, "b");
  EXPECT_FALSE(world.session.add("c", Role::kAgent, "h", world.now));
  world.say({1}, R"({"t":"leave"})");
  EXPECT_EQ(world.session.add("c", Role::kAgent, "h", world.now)->value, 3U);
}

TEST(Session, WhoDoesNotComeWithinAMinuteIsForgotten) {
  SessionWorld world({.max_people = 2});
  world.enter(Role::kVisitor, "a");
  ASSERT_TRUE(world.session.add("b", Role::kAgent, "hb", world.now));
  world.pass(seconds(60));
  world.session.forget_unseen(world.now);
  EXPECT_TRUE(world.session.find_by_token("hb"));
  world.pass(seconds(1));
  world.session.forget_unseen(world.now);
  EXPECT_FALSE(world.session.find_by_token("hb"));
  EXPECT_TRUE(world.session.find_by_token("hash a"));
  EXPECT_EQ(world.session.add("c", Role::kAgent, "hc", world.now)->value, 3U);
}

TEST(Session, ViewersAreServedWhenBothAreThere) {
  SessionWorld world;
  world.host.connected = false;
  const ParticipantId first = world.enter(Role::kVisitor, "a");
  EXPECT_TRUE(world.host.renderer.empty());
  world.host.connected = true;
  world.renderer_comes();
  EXPECT_EQ(http::to_json(world.host.renderer.at(0)),
            R"({"t":"start","session":"s","kind":"universal","start_url":"https://example.org/",)"
            R"("width":1280,"height":720})");
  EXPECT_EQ(http::to_json(world.host.renderer.at(1)),
            R"({"t":"viewer","viewer":1,"ice_servers":["r1"]})");
  world.session.on_socket_lost(first, world.now);
  world.session.on_hello(first, world.now);
  EXPECT_EQ(SessionWorld::count(world.host.renderer, "viewer"), 1U);  // he is served still
}

TEST(Session, ARendererThatComesBackMakesNoSecondOffer) {
  SessionWorld world;
  world.enter(Role::kVisitor, "a");
  world.enter(Role::kAgent, "b");
  world.renderer_comes();
  world.session.on_renderer_lost(world.now);
  world.forget();
  world.pass(seconds(29));
  world.renderer_comes({1, 77});
  ASSERT_EQ(SessionWorld::count(world.host.renderer, "viewer"), 1U);
  EXPECT_EQ(SessionWorld::last(world.host.renderer, "viewer").at("viewer"), 2);
  EXPECT_EQ(SessionWorld::last(world.host.renderer, "drop").at("viewer"), 77);
  world.run(seconds(40));
  EXPECT_EQ(world.host.restarts, 0);
}

TEST(Session, ARendererThatStaysAwayIsMadeAnewThreeTimes) {
  SessionWorld world;
  const ParticipantId id = world.enter(Role::kVisitor);
  world.renderer_comes();
  world.session.on_renderer_lost(world.now);
  world.run(milliseconds(29'900));
  EXPECT_EQ(world.host.restarts, 0);
  world.run(milliseconds(200));
  EXPECT_EQ(world.host.restarts, 1);
  EXPECT_EQ(world.heard(id, "renderer").at("state"), "restarting");
  world.renderer_comes();
  EXPECT_EQ(SessionWorld::count(world.host.renderer, "viewer"), 2U);  // anew: it has no peers
  for (const seconds pause : {seconds(2), seconds(8)}) {
    const int before = world.host.restarts;
    world.session.on_renderer_ended(world.now);
    world.session.on_renderer_ended(world.now);  // the same one, said once more
    world.run(pause - milliseconds(100));
    EXPECT_EQ(world.host.restarts, before);
    world.run(milliseconds(200));
    EXPECT_EQ(world.host.restarts, before + 1);
  }
  EXPECT_EQ(world.host.restarts, 3);
  EXPECT_FALSE(world.session.is_over());
  world.session.on_renderer_ended(world.now);
  EXPECT_EQ(world.host.end_reason, "renderer_gone");
  EXPECT_EQ(world.heard(id, "bye").at("reason"), "renderer_gone");
}

TEST(Session, ARendererThatComesBackInThePauseStays) {
  SessionWorld world;
  const ParticipantId id = world.enter(Role::kVisitor);
  for (int i = 0; i < 2; ++i) {
    world.renderer_comes();
    world.session.on_renderer_ended(world.now);
  }
  world.run(seconds(1));
  world.renderer_comes({id.value});
  world.run(seconds(60));
  EXPECT_EQ(world.host.restarts, 1);
  world.session.on_renderer_lost(world.now);
  world.run(seconds(39));
  EXPECT_EQ(world.host.restarts, 2) << "30 seconds, and a pause of 8";
}

TEST(Session, ANewRendererHasItsOwnTimeToCome) {
  const SessionSettings slow = {.timers = {.offline = seconds(0)}, .renderer_start = seconds(120)};
  SessionWorld world(slow);
  world.run(seconds(119));
  EXPECT_EQ(world.host.restarts, 0);
  world.run(seconds(2));
  EXPECT_EQ(world.host.restarts, 1);
  world.run(seconds(118));
  EXPECT_EQ(world.host.restarts, 1);
  world.run(seconds(4));
  EXPECT_EQ(world.host.restarts, 2);
  SessionRecord record = SessionWorld::fresh();
  record.renderer = "r";
  SessionWorld restored(slow, record);
  restored.run(seconds(31));
  EXPECT_EQ(restored.host.restarts, 1) << "it ran before the server was restarted";
}

TEST(Session, RestartsThatAreFarApartDoNotEndIt) {
  SessionWorld world({.timers = {.offline = seconds(0), .inactive = seconds(0)}});
  world.enter(Role::kVisitor);
  for (int i = 0; i < 8; ++i) {
    world.renderer_comes();
    world.session.on_renderer_ended(world.now);
    world.run(seconds(10));
    world.pass(seconds(140));
  }
  EXPECT_FALSE(world.session.is_over());
  EXPECT_EQ(world.host.restarts, 8);
}

TEST(Session, ANewRendererOpensThePageThatWasShown) {
  SessionWorld world;
  world.renderer_comes();
  world.renderer_says(R"({"t":"page","url":"https://example.org/cart?x=1","title":"Cart"})");
  world.renderer_says(R"({"t":"page","url":"chrome-error://chromewebdata/","title":""})");
  world.session.on_renderer_ended(world.now);
  world.forget();
  world.renderer_comes();
  EXPECT_EQ(world.host.renderer.at(0).at("start_url"), "https://example.org/cart?x=1");
}

TEST(Session, EndsWhenNobodyIsThere) {
  SessionWorld world({.timers = {.offline = seconds(60)}});
  world.renderer_comes();
  const ParticipantId id = world.enter(Role::kVisitor);
  world.session.on_socket_lost(id, world.now);
  world.run(seconds(59));
  EXPECT_FALSE(world.session.is_over());
  world.run(seconds(2));
  EXPECT_EQ(world.host.end_reason, "offline");
  EXPECT_EQ(world.host.revoked, std::vector<std::uint32_t>{1});
}

TEST(Session, WarnsBeforeItEndsAndIsRelievedByInput) {
  SessionWorld world({.timers = {.inactive = seconds(600)}});
  const ParticipantId id = world.enter(Role::kVisitor);
  world.renderer_comes();
  world.say(id, R"({"t":"control","do":"request"})");
  world.run(seconds(541));
  EXPECT_EQ(http::to_json(world.heard(id, "warning")),
            R"({"t":"warning","reason":"inactive","ends_in_s":60})");
  world.say(id, kMove);
  world.run(milliseconds(1));
  EXPECT_EQ(world.told(id, "relieved"), 1U);
  world.run(seconds(601));
  EXPECT_EQ(world.host.end_reason, "inactive");
}

TEST(Session, ARestoredOneIsAsOldAsItIs) {
  SessionRecord record = SessionWorld::fresh();
  record.created_s = SessionWorld::kStart_s - 7100;
  record.last_participant = 4;
  record.participants = {{.id = {4},
                          .name = "a",
                          .role = Role::kVisitor,
                          .token_hash = "h",
                          .joined_s = 1,
                          .seen = true}};
  SessionWorld world({.timers = {.offline = seconds(0), .absolute = seconds(7200)}}, record);
  world.renderer_comes({4});
  ASSERT_EQ(world.session.find_by_token("h")->value, 4U);
  world.session.on_hello({4}, world.now);
  world.run(seconds(99));
  EXPECT_EQ(world.heard({4}, "warning").at("reason"), "absolute");
  EXPECT_FALSE(world.session.is_over());
  world.run(seconds(2));
  EXPECT_EQ(world.host.end_reason, "absolute");
}

TEST(Session, WhoComesLaterGetsTheStateOfThings) {
  SessionWorld world;
  world.renderer_comes();
  for (const char* const text :
       {R"({"t":"frame","id":3,"width":800,"height":600})", R"({"t":"tabs","tabs":[]})",
        R"({"t":"page","url":"https://a.example/","title":"A"})",
        R"({"t":"page","url":"https://b.example/","title":"B"})", R"({"t":"sensitive","on":true})",
        R"({"t":"renderer","state":"running"})", R"({"t":"dialog","kind":"confirm","text":"?"})"}) {
    world.renderer_says(text);
  }
  const ParticipantId id = world.enter(Role::kAgent);
  EXPECT_EQ(world.heard(id, "frame").at("id"), 3);
  EXPECT_EQ(world.heard(id, "page").at("title"), "B");
  EXPECT_EQ(world.told(id, "page"), 1U);
  EXPECT_EQ(world.told(id, "tabs"), 1U);
  EXPECT_EQ(world.heard(id, "sensitive").at("on"), true);
  EXPECT_EQ(world.heard(id, "dialog").at("kind"), "confirm");
  EXPECT_EQ(world.heard(id, "renderer").at("state"), "running");
  EXPECT_EQ(world.session.describe().at("title"), "B");
}

TEST(Session, WhatABrowserHasAskedGoesWithIt) {
  SessionWorld world;
  const ParticipantId here = world.enter(Role::kVisitor, "Ann");
  const ParticipantId away = world.enter(Role::kAgent, "Bob");
  world.renderer_comes();
  world.renderer_says(R"({"t":"dialog","kind":"confirm","text":"?"})");
  world.renderer_says(R"({"t":"chooser","multiple":false})");
  world.renderer_says(R"({"t":"sensitive","on":true})");
  world.session.on_socket_lost(away, world.now);
  world.session.on_renderer_ended(world.now);
  world.session.on_hello(away, world.now);
  for (const ParticipantId one : {here, away}) {
    EXPECT_EQ(world.heard(one, "dialog").at("kind"), "none");
    EXPECT_EQ(world.heard(one, "chooser").at("kind"), "none");
    EXPECT_EQ(world.heard(one, "sensitive").at("on"), false);
  }
}

TEST(Session, DescribesItselfWhateverTheRendererSays) {
  SessionWorld world;
  world.renderer_says(R"({"t":"page"})");
  EXPECT_EQ(world.session.describe().at("title"), "");
  world.renderer_says(R"({"t":"page","title":7,"url":[]})");
  EXPECT_EQ(world.session.describe().at("title"), "");
  EXPECT_EQ(world.session.describe().at("state"), "starting");
}

TEST(Session, AtItsEndEverybodyGoes) {
  SessionWorld world;
  world.enter(Role::kVisitor, "a");
  world.enter(Role::kAgent, "b");
  world.session.end("ended", "because", world.now);
  for (const std::uint32_t id : {1U, 2U}) {
    EXPECT_EQ(http::to_json(world.host.sent[id].back()),
              R"({"t":"bye","reason":"ended","text":"because"})");
  }
  EXPECT_EQ(world.host.disconnected, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(world.host.revoked, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(world.host.renderer.back().at("t"), "end");
  world.forget();
  world.say({1}, R"({"t":"ping","n":1})");
  world.renderer_says(R"({"t":"notice","text":"x"})");
  world.session.end("ended", "", world.now);
  EXPECT_TRUE(world.host.sent.empty());
  EXPECT_FALSE(world.session.add("c", Role::kAgent, "h", world.now));
}

TEST(Session, DocumentsAndNoticesAreForAll) {
  SessionWorld world;
  const ParticipantId id = world.enter(Role::kVisitor, "a");
  world.session.on_documents({Object{{"id", "d"}}});
  world.session.notice("n");
  EXPECT_EQ(http::to_json(world.heard(id, "documents")),
            R"({"t":"documents","documents":[{"id":"d"}]})");
  EXPECT_EQ(world.heard(id, "notice").at("text"), "n");
  EXPECT_EQ(world.told(world.enter(Role::kAgent, "b"), "documents"), 1U);
}

TEST(Session, WhoHasVanishedLeavesHisPlaceWhenItIsNeeded) {
  SessionWorld world({.max_people = 2});
  const ParticipantId away = world.enter(Role::kVisitor, "away"), there = world.enter(Role::kAgent);
  EXPECT_FALSE(world.session.add("a third", Role::kAgent, "h", world.now));
  world.session.on_socket_lost(away, world.now);
  world.pass(seconds(60));
  EXPECT_FALSE(world.session.add("a third", Role::kAgent, "h", world.now)) << "he may come back";
  world.pass(seconds(60));
  const auto third = world.session.add("a third", Role::kAgent, "h", world.now);
  ASSERT_TRUE(third);
  EXPECT_EQ(world.host.revoked, std::vector<std::uint32_t>{away.value});
  EXPECT_FALSE(world.session.find_by_token("hash away"));
  world.session.on_hello(*third, world.now);
  world.pass(seconds(600));
  EXPECT_FALSE(world.session.add("a fourth", Role::kAgent, "i", world.now)) << "both are here";
  EXPECT_TRUE(world.session.find_by_token("hash x")) << there.value;
}

TEST(Session, ARecorderAloneKeepsNoSession) {
  SessionWorld world({.timers = {.offline = seconds(60)}});
  world.renderer_comes();
  world.enter(Role::kRecorder);
  world.run(seconds(59));
  EXPECT_FALSE(world.session.is_over());
  world.run(seconds(2));
  EXPECT_EQ(world.host.end_reason, "offline");
}

}  // namespace
}  // namespace turnpike::cobrowse
