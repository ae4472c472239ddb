#include "cobrowse/server/sessions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/cobrowse/server/sessions_world.h"

namespace turnpike::cobrowse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Sessions, ASessionIsMadeWithItsRendererAndInvite) {
  SessionsWorld world;
  ASSERT_TRUE(world.sessions->start("http://127.0.0.1:9/v1/renderer"));
  const Object made = world.make(std::string(59, 'n') + "\u00e9\n");
  const std::string id = SessionsWorld::id_of(made);
  EXPECT_EQ(made.at("state"), "starting");
  EXPECT_EQ(made.at("kind"), "universal");
  EXPECT_EQ(made.at("mode"), "single");
  EXPECT_EQ(made.at("created_at"), 1'800'000'000);
  EXPECT_THAT(std::string(made.at("invite").at("url").as_string()),
              HasSubstr("https://help.example.org/public/visitor.html#invite="));
  EXPECT_EQ(SessionsWorld::pin_of(made).size(), 6U);
  EXPECT_TRUE(http::parse_json(http::to_json(made))) << "a name is cut between characters";
  ASSERT_EQ(world.backend.starts(), 1U);
  const std::string renderer = world.backend.newest();
  const Object orders = world.backend.orders[renderer];
  EXPECT_EQ(orders.at("width"), 1280);
  EXPECT_EQ(orders.at("renderer").as_string(), renderer);
  EXPECT_NE(renderer, id);
  EXPECT_EQ(orders.at("control_url"), "http://127.0.0.1:9/v1/renderer");
  EXPECT_EQ(world.sessions->list().size(), 1U);
  EXPECT_FALSE(world.sessions->find(id)->contains("invite"));
  EXPECT_FALSE(world.sessions->find("other"));
  EXPECT_FALSE(world.sessions->end("other", "x", true));
}

TEST(Sessions, OnlySoManyRun) {
  SessionsWorld world;
  const std::string id = SessionsWorld::id_of(world.make());
  const std::string renderer = world.renderer_of(id);
  world.make();
  const auto third = world.sessions->make({.start_url = "https://example.org/"});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().status, 503U);
  EXPECT_GT(third.error().retry_after_s, 0U);
  EXPECT_EQ(world.sessions->end(id, "other", false).error().status, 403U);
  EXPECT_TRUE(world.sessions->end(id, "shop", false));
  EXPECT_TRUE(world.sessions->make({.start_url = "https://example.org/"}));
  EXPECT_THAT(world.backend.stopped, ElementsAre(renderer));
}

TEST(Sessions, WithoutARendererThereIsNoneAndNoneIsKept) {
  SessionsWorld world;
  world.backend.failure = "no such program";
  const auto made = world.sessions->make({.start_url = "https://example.org/"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().status, 503U);
  EXPECT_THAT(made.error().detail, HasSubstr("no such program"));
  EXPECT_EQ(world.sessions->count(), 0U);
  EXPECT_THAT(*world.store->sessions(), IsEmpty());
}

TEST(Sessions, APinIsForOnePersonALinkForMore) {
  SessionsWorld world;
  const Object made = world.make();
  const auto first = world.by_pin(SessionsWorld::pin_of(made));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->session, SessionsWorld::id_of(made));
  EXPECT_EQ(world.by_pin(SessionsWorld::pin_of(made)).error().status, 404U);
  ASSERT_TRUE(world.by_link(SessionsWorld::link_of(made)));
  ASSERT_TRUE(world.by_link(SessionsWorld::link_of(made)));
  world.open();
  ASSERT_TRUE(world.sessions->start("u"));
  EXPECT_EQ(world.by_pin(SessionsWorld::pin_of(made)).error().status, 404U);
}

TEST(Sessions, InvitesRunOut) {
  SessionsWorld world;
  const Object made = world.make();
  world.pass(seconds(600));
  EXPECT_EQ(world.by_pin(SessionsWorld::pin_of(made)).error().status, 404U);
  ASSERT_TRUE(world.by_link(SessionsWorld::link_of(made)));
  world.pass(seconds(86400 - 600));
  EXPECT_EQ(world.by_link(SessionsWorld::link_of(made)).error().status, 404U);
}

TEST(Sessions, APinIsNoLinkAndALinkNoPin) {
  SessionsWorld world;
  const Object made = world.make();
  EXPECT_FALSE(world.by_link(SessionsWorld::pin_of(made)));
  EXPECT_FALSE(world.by_link("pin " + SessionsWorld::pin_of(made)));
  EXPECT_FALSE(world.by_pin(SessionsWorld::link_of(made)));
}

TEST(Sessions, ThePinsOfAStateFileAreKeyed) {
  SessionsWorld world;
  const Object made = world.make();
  world.settings.mint.secrets = {Secret("another")};
  world.open();
  ASSERT_TRUE(world.sessions->start("u"));
  EXPECT_EQ(world.by_pin(SessionsWorld::pin_of(made)).error().status, 404U);
  world.settings.mint.secrets = {Secret("north")};
  world.open();
  ASSERT_TRUE(world.sessions->start("u"));
  EXPECT_TRUE(world.by_pin(SessionsWorld::pin_of(made)));
}

TEST(Sessions, WhoGuessesWaits) {
  SessionsWorld world;
  const Object made = world.make();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(world.by_pin("nobody").error().status, 404U);
  const auto held = world.by_pin(SessionsWorld::pin_of(made));
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().status, 429U);
  EXPECT_GE(held.error().retry_after_s, 1U);
  EXPECT_EQ(world.notes.back().second.action, "wrong invite");
  EXPECT_EQ(world.by_link("nobody").error().status, 429U);
  // Nobody guesses a link, so who has one does not wait for others of his address.
  EXPECT_TRUE(world.by_link(SessionsWorld::link_of(made)));
  world.address = IpAddress::v4(192, 0, 2, 2);
  EXPECT_TRUE(world.by_link(SessionsWorld::link_of(made)));
  world.address = IpAddress::v4(192, 0, 2, 1);
  world.pass(seconds(2));
  EXPECT_TRUE(world.by_pin(SessionsWorld::pin_of(made)));
}

TEST(Sessions, AllWhoTryPinsAreCountedTogether) {
  SessionsWorld world;
  ASSERT_TRUE(world.sessions->start("http://127.0.0.1:1/v1/renderer"));
  const Object made = world.make();
  for (std::uint8_t i = 0; i < 101; ++i) {
    world.address = IpAddress::v4(198, 51, 100, i);
    EXPECT_EQ(world.by_pin("nobody").error().status, 404U);
  }
  world.address = IpAddress::v4(203, 0, 113, 1);
  EXPECT_EQ(world.by_pin(SessionsWorld::pin_of(made)).error().status, 429U);
  EXPECT_EQ(world.sessions->pins_wait(), 1U);
  EXPECT_TRUE(world.by_link(SessionsWorld::link_of(made))) << "links cannot be guessed";
  world.pass(seconds(1));
  EXPECT_TRUE(world.by_pin(SessionsWorld::pin_of(made)));
}

TEST(Sessions, APinThatFoundAFullSessionStaysGood) {
  SessionsSettings settings = SessionsWorld::defaults();
  settings.session.max_people = 1;
  SessionsWorld world(settings);
  const Object made = world.make();
  const auto first = world.by_link(SessionsWorld::link_of(made));
  ASSERT_TRUE(first);
  EXPECT_EQ(world.by_pin(SessionsWorld::pin_of(made)).error().status, 409U);
  world.pass(seconds(61));  // the first never said hello
  EXPECT_TRUE(world.by_pin(SessionsWorld::pin_of(made)));
}

TEST(Sessions, MoreInvites) {
  SessionsWorld world;
  const std::string id = SessionsWorld::id_of(world.make());
  EXPECT_EQ(world.sessions->invite("other", Role::kVisitor).error().status, 404U);
  const auto more = world.sessions->invite(id, Role::kObserver);
  ASSERT_TRUE(more);
  EXPECT_EQ(more->at("role"), "observer");
  EXPECT_EQ(more->at("expires_at"), 1'800'086'400);
  for (int i = 2; i < 20; ++i) ASSERT_TRUE(world.sessions->invite(id, Role::kVisitor)) << i;
  EXPECT_EQ(world.sessions->invite(id, Role::kVisitor).error().status, 409U);
  world.pass(seconds(86400));
  EXPECT_TRUE(world.sessions->invite(id, Role::kVisitor)) << "those that are over make room";
}

TEST(Sessions, TheNewerSocketStays) {
  SessionsWorld world;
  const auto joined = world.by_link(SessionsWorld::link_of(world.make()));
  const auto first = std::make_shared<FakeSocket>(), second = std::make_shared<FakeSocket>();
  const auto one = world.sessions->attach(joined->token, first);
  ASSERT_TRUE(one);
  const auto two = world.sessions->attach(joined->token, second);
  ASSERT_TRUE(two);
  EXPECT_EQ(first->sent.back().at("reason"), "replaced");
  EXPECT_TRUE(first->closed);
  world.sessions->on_text(*one, {{"t", "end"}});
  world.sessions->on_closed(*one);
  EXPECT_FALSE(second->closed);
  world.sessions->on_text(*two, {{"t", "ping"}, {"n", 1}});
  EXPECT_EQ(second->sent.back().at("t"), "pong");
  EXPECT_NE(http::to_json(*world.sessions->find(joined->session)).find(R"("here":true)"),
            std::string::npos);
  world.sessions->on_closed(*two);
  EXPECT_EQ(http::to_json(*world.sessions->find(joined->session)).find(R"("here":true)"),
            std::string::npos);
}

TEST(Sessions, ATokenIsGoodForAMinuteAndThenForComingBack) {
  SessionsWorld world;
  const Object made = world.make();
  const auto late = world.by_link(SessionsWorld::link_of(made));
  const auto early = world.by_link(SessionsWorld::link_of(made));
  ASSERT_TRUE(world.sessions->attach(early->token, std::make_shared<FakeSocket>()));
  world.pass(seconds(61));
  EXPECT_FALSE(world.sessions->attach(late->token, std::make_shared<FakeSocket>()));
  EXPECT_TRUE(world.sessions->attach(early->token, std::make_shared<FakeSocket>()));
  EXPECT_FALSE(world.sessions->attach("", std::make_shared<FakeSocket>()));
  EXPECT_EQ(world.sessions->person_of(early->token)->session, early->session);
  EXPECT_FALSE(world.sessions->person_of("x"));
}

TEST(Sessions, NoSecretIsInTheStateFile) {
  SessionsWorld world;
  const Object made = world.make();
  const auto joined = world.by_link(SessionsWorld::link_of(made));
  const std::string bytes = world.state_bytes();
  ASSERT_THAT(bytes, HasSubstr(joined->session));
  for (const std::string& secret :
       {joined->token, SessionsWorld::link_of(made), world.backend.token(world.backend.newest()),
        "\"" + SessionsWorld::pin_of(made) + "\""}) {
    EXPECT_EQ(bytes.find(secret), std::string::npos);
  }
}

TEST(Sessions, OutliveARestart) {
  SessionsWorld world;
  const Object made = world.make();
  const std::string id = SessionsWorld::id_of(made);
  const auto joined = world.by_link(SessionsWorld::link_of(made));
  ASSERT_TRUE(world.sessions->attach(joined->token, std::make_shared<FakeSocket>()));
  ASSERT_TRUE(world.store->put_session("garbled", "{\"id\":"));
  world.pass(seconds(120));
  world.open();
  ASSERT_TRUE(world.sessions->start("u"));
  EXPECT_EQ(world.sessions->count(), 1U);
  const auto socket = std::make_shared<FakeSocket>();
  const auto back = world.sessions->attach(joined->token, socket);
  ASSERT_TRUE(back);
  EXPECT_EQ(socket->sent.front().at("t"), "welcome");
  EXPECT_TRUE(world.by_link(SessionsWorld::link_of(made)));
  const std::string renderer = world.renderer_of(id);
  EXPECT_TRUE(world.sessions->is_renderer(renderer, world.backend.token(renderer)));
  EXPECT_THAT(world.sessions->renderers(), ElementsAre(renderer));
  EXPECT_TRUE(world.sessions->end(id, "shop", true));
  EXPECT_EQ(socket->last("bye").at("reason"), "ended");
  EXPECT_TRUE(socket->closed);
  EXPECT_THAT(*world.store->sessions(), ElementsAre("{\"id\":"));
}

TEST(Sessions, ARendererHasItsToken) {
  SessionsWorld world;
  const std::string a = world.renderer_of(SessionsWorld::id_of(world.make()));
  const std::string b = world.renderer_of(SessionsWorld::id_of(world.make()));
  EXPECT_TRUE(world.sessions->is_renderer(a, world.backend.token(a)));
  EXPECT_FALSE(world.sessions->is_renderer(a, world.backend.token(b)));
  EXPECT_FALSE(world.sessions->is_renderer(a, ""));
  EXPECT_FALSE(world.sessions->is_renderer("other", world.backend.token(a)));
}

TEST(Sessions, ARendererSpeaksThroughItsNewestSocket) {
  SessionsWorld world;
  const Object made = world.make();
  const std::string id = SessionsWorld::id_of(made);
  const std::string renderer = world.renderer_of(id);
  const auto page = std::make_shared<FakeSocket>();
  const auto joined = world.by_link(SessionsWorld::link_of(made));
  ASSERT_TRUE(world.sessions->attach(joined->token, page));
  const auto old = std::make_shared<FakeSocket>(), fresh = std::make_shared<FakeSocket>();
  const std::uint64_t first = world.sessions->attach_renderer(renderer, old);
  world.sessions->on_renderer_text(renderer, first, {{"t", "hello"}, {"viewers", 7}});
  EXPECT_EQ(old->sent.front().at("t"), "start");
  EXPECT_EQ(old->last("viewer").at("viewer"), 1);
  const std::uint64_t second = world.sessions->attach_renderer(renderer, fresh);
  EXPECT_TRUE(old->closed);
  world.sessions->on_renderer_text(
      renderer, second,
      *http::parse_json_object(R"({"t":"hello","viewers":[1,"2",-1,4294967297,1.5,null]})"));
  EXPECT_THAT(fresh->sent, ::testing::SizeIs(1)) << "it serves him already";
  world.sessions->on_renderer_closed(renderer, first);
  world.sessions->on_renderer_text(renderer, first, {{"t", "notice"}, {"text", "old"}});
  EXPECT_TRUE(page->last("notice").empty());
  world.sessions->on_renderer_text(renderer, second, {{"t", "notice"}, {"text", "new"}});
  EXPECT_EQ(page->last("notice").at("text"), "new");
  world.sessions->tell_documents(id, {});
  EXPECT_FALSE(page->last("documents").empty());
  EXPECT_EQ(world.sessions->attach_renderer("other", fresh), 0U);
}

TEST(Sessions, ARendererThatEndsIsFollowedByAnother) {
  SessionsWorld world;
  ASSERT_TRUE(world.sessions->start("u"));
  const std::string id = SessionsWorld::id_of(world.make());
  const std::string first = world.renderer_of(id);
  world.backend.end({first, "other"});
  ASSERT_TRUE(comes([&] { return world.backend.starts() == 2; }));
  const std::string second = world.backend.newest();
  EXPECT_NE(first, second);
  EXPECT_FALSE(world.sessions->is_renderer(first, world.backend.token(first)));
  EXPECT_TRUE(world.sessions->is_renderer(second, world.backend.token(second)));
  EXPECT_EQ(world.renderer_of(id), second);
  world.backend.end({second});
  ASSERT_TRUE(comes([&] {
    const std::lock_guard lock(world.mutex);
    return std::ranges::count(world.notes, "restarting",
                              [](const auto& note) { return note.second.detail; }) == 2;
  }));
  EXPECT_EQ(world.backend.starts(), 2U) << "the next one has to wait";
  world.pass(seconds(2));
  EXPECT_TRUE(comes([&] { return world.backend.starts() == 3; }));
}

TEST(Sessions, TheTimeIsMinded) {
  SessionsWorld world;
  ASSERT_TRUE(world.sessions->start("u"));
  const std::string id = SessionsWorld::id_of(world.make());
  world.pass(seconds(61));  // nobody came
  EXPECT_TRUE(comes([&] { return world.sessions->count() == 0; }));
  EXPECT_THAT(*world.store->sessions(), IsEmpty());
}

}  // namespace
}  // namespace turnpike::cobrowse
