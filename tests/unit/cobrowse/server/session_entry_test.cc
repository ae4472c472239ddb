// What a session does to the world: credentials, their end, and sockets.
#include "cobrowse/server/session_entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cobrowse/server/sessions_world.h"

namespace turnpike::cobrowse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Room : SessionsWorld {
  Room() {
    const Object made = make();
    id = id_of(made);
    joined = *by_link(link_of(made));
    who = *sessions->attach(joined.token, page);
    renderer_number = sessions->attach_renderer(renderer_of(id), renderer);
    sessions->on_renderer_text(renderer_of(id), renderer_number, {{"t", "hello"}});
  }
  std::string id;
  Joined joined;
  std::shared_ptr<FakeSocket> page = std::make_shared<FakeSocket>();
  std::shared_ptr<FakeSocket> renderer = std::make_shared<FakeSocket>();
  Sessions::Attached who;
  std::uint64_t renderer_number = 0;
};

std::string user_of(const boost::json::value& servers) {
  return std::string(servers.at(0).at("username").as_string());
}

TEST(SessionEntry, BothSidesHaveTheirOwnCredentials) {
  Room room;
  const auto browser = room.page->last("welcome").at("ice_servers");
  const auto renderer = room.renderer->last("viewer").at("ice_servers");
  EXPECT_THAT(user_of(browser), HasSubstr(":" + room.id + ":p1"));
  EXPECT_THAT(user_of(renderer), HasSubstr(":" + room.id + ":r1"));
  EXPECT_NE(browser.at(0).at("credential"), renderer.at(0).at("credential"));
  EXPECT_THAT(http::to_json(browser), HasSubstr("turns:turn.example.org:443"));
  EXPECT_THAT(http::to_json(renderer), Not(HasSubstr("turns:")));
  EXPECT_THAT(http::to_json(browser), Not(HasSubstr("stun:")));
}

TEST(SessionEntry, BothEndWhenHeLeaves) {
  Room room;
  room.sessions->on_text(room.who, {{"t", "leave"}});
  EXPECT_EQ(room.page->last("bye").at("reason"), "left");
  EXPECT_TRUE(room.page->closed);
  ASSERT_EQ(room.revoked.size(), 2U);
  EXPECT_EQ(room.revoked[0].value, room.id + ":p1");
  EXPECT_EQ(room.revoked[1].value, room.id + ":r1");
  const std::string browser = user_of(room.page->last("welcome").at("ice_servers"));
  const std::string renderer = user_of(room.renderer->last("viewer").at("ice_servers"));
  EXPECT_TRUE(credentials::covers(room.revoked[0], browser, ':'));
  EXPECT_TRUE(credentials::covers(room.revoked[1], renderer, ':'));
  EXPECT_FALSE(credentials::covers(room.revoked[0], browser + "2", ':'));  // p12 is another
  EXPECT_EQ(room.revoked[0].until_s, 1'800'000'000 + room.settings.mint.max_lifetime.count());
}

TEST(SessionEntry, BothEndWithTheSession) {
  Room room;
  ASSERT_TRUE(room.sessions->end(room.id, "shop", true));
  EXPECT_EQ(room.revoked.size(), 2U);
  EXPECT_EQ(room.renderer->sent.back().at("t"), "end");
  EXPECT_EQ(room.notes.back().first, room.id);
  EXPECT_EQ(room.notes.back().second.action, "end");
}

TEST(SessionEntry, APageThatDoesNotReadIsCut) {
  Room room;
  room.page->is_full = true;
  room.sessions->on_text(room.who, {{"t", "ping"}});
  EXPECT_TRUE(room.page->closed);
  EXPECT_EQ(room.page->code, 1013);
  EXPECT_TRUE(room.sessions->find(room.id));
}

TEST(SessionEntry, ChangesAreKeptAtOnce) {
  Room room;
  room.sessions->on_text(room.who, {{"t", "consent"}, {"control", true}});
  const auto record = parse_session_record(room.store->sessions()->front());
  ASSERT_TRUE(record) << record.error();
  EXPECT_TRUE(record->consent);
  EXPECT_TRUE(record->visitor_came);
}

}  // namespace
}  // namespace turnpike::cobrowse
