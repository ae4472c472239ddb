// Which session has which renderer: taken from the pool, new, or refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/cobrowse/server/sessions_world.h"

namespace turnpike::cobrowse {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

struct PoolWorld : SessionsWorld {
  static SessionsSettings with_pool() {
    SessionsSettings all = defaults();
    all.pool = {.size = 1, .settle = seconds(0)};
    all.max_sessions = 3;
    all.needs = {.memory_mb = 1000, .max_load_percent = 200};
    return all;
  }
  explicit PoolWorld(SessionsSettings with = with_pool()) : SessionsWorld(std::move(with)) {
    if (!sessions->start("u")) std::abort();
  }
  /// The newest renderer connects and has its browser up.
  std::shared_ptr<FakeSocket> comes_up() {
    const auto socket = std::make_shared<FakeSocket>();
    const std::string name = backend.newest();
    link = sessions->attach_renderer(name, socket);
    sessions->on_renderer_text(name, link, {{"t", "hello"}, {"viewers", boost::json::array()}});
    sessions->on_renderer_text(name, link, {{"t", "renderer"}, {"state", "running"}});
    return socket;
  }
  bool has_started(std::size_t renderers) {
    return comes([&] { return backend.starts() == renderers; });
  }
  std::uint64_t link = 0;
};

TEST(SessionsRenderers, ASessionTakesTheOneThatWaits) {
  PoolWorld world;
  ASSERT_TRUE(world.has_started(1));
  const std::string warm = world.backend.newest();
  EXPECT_EQ(world.backend.orders[warm].at("warm"), true);
  EXPECT_EQ(world.sessions->warm(), 0U);
  EXPECT_TRUE(world.sessions->is_renderer(warm, world.backend.token(warm)));
  EXPECT_FALSE(world.sessions->is_renderer(warm, "x"));
  const auto socket = world.comes_up();
  EXPECT_EQ(world.sessions->warm(), 1U);
  EXPECT_TRUE(socket->sent.empty()) << "it waits";

  const std::string id = SessionsWorld::id_of(world.make());
  EXPECT_EQ(world.renderer_of(id), warm);
  EXPECT_EQ(world.backend.starts(), 1U) << "none was started for it";
  EXPECT_EQ(socket->sent.front().at("t"), "start");
  EXPECT_EQ(socket->sent.front().at("session").as_string(), id);
  EXPECT_TRUE(world.sessions->is_renderer(warm, world.backend.token(warm)));
  EXPECT_EQ(world.sessions->warm(), 0U);

  // The next one is made when the session's browser runs, and is another's.
  world.sessions->on_renderer_text(warm, world.link, {{"t", "renderer"}, {"state", "running"}});
  world.pass(seconds(2));
  ASSERT_TRUE(world.has_started(2));
  const std::string other = SessionsWorld::id_of(world.make());
  EXPECT_NE(world.renderer_of(other), warm);
  EXPECT_EQ(world.renderer_of(other), world.backend.newest());
  EXPECT_TRUE(world.sessions->end(id, "shop", true));
  EXPECT_THAT(world.backend.stopped, Contains(warm));
}

TEST(SessionsRenderers, OneThatIsTakenBeforeItHasComeBeginsThen) {
  PoolWorld world;
  ASSERT_TRUE(world.has_started(1));
  const std::string id = SessionsWorld::id_of(world.make());
  EXPECT_EQ(world.renderer_of(id), world.backend.newest());
  EXPECT_EQ(world.comes_up()->sent.front().at("t"), "start");
}

TEST(SessionsRenderers, OneOfThePoolThatEndsIsReplacedLater) {
  PoolWorld world;
  ASSERT_TRUE(world.has_started(1));
  world.comes_up();
  const std::string first = world.backend.newest();
  world.backend.end({first});
  ASSERT_TRUE(comes([&] { return world.sessions->warm() == 0; }));
  EXPECT_FALSE(world.sessions->is_renderer(first, world.backend.token(first)));
  world.pass(seconds(2));
  ASSERT_TRUE(world.has_started(2));
  EXPECT_NE(world.backend.newest(), first);
}

TEST(SessionsRenderers, OneWhoseLinkIsLostIsOfNoUse) {
  PoolWorld world;
  ASSERT_TRUE(world.has_started(1));
  world.comes_up();
  const std::string first = world.backend.newest();
  world.sessions->on_renderer_closed(first, world.link + 1);
  EXPECT_EQ(world.sessions->warm(), 1U) << "another link";
  world.sessions->on_renderer_closed(first, world.link);
  EXPECT_EQ(world.sessions->warm(), 0U);
  EXPECT_THAT(world.backend.stopped, Contains(first));
}

TEST(SessionsRenderers, ThePoolEndsWithTheServerAndSessionsDoNot) {
  PoolWorld world;
  ASSERT_TRUE(world.has_started(1));
  const std::string id = SessionsWorld::id_of(world.make());
  world.comes_up();
  world.pass(seconds(2));
  ASSERT_TRUE(world.has_started(2));
  const std::string waiting = world.backend.newest(), serving = world.renderer_of(id);
  world.open();
  EXPECT_THAT(world.backend.stopped, Contains(waiting));
  EXPECT_THAT(world.backend.stopped, Not(Contains(serving)));
  ASSERT_TRUE(world.sessions->start("u"));
  EXPECT_THAT(world.sessions->renderers(), ::testing::ElementsAre(serving));
}

TEST(SessionsRenderers, WithoutMemoryThereIsNoSession) {
  SessionsSettings settings = PoolWorld::with_pool();
  settings.pool.size = 0;
  PoolWorld world(settings);
  world.machine = {.free_mb = 999, .load_percent = 10};
  const auto made = world.sessions->make({.start_url = "https://example.org/"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().status, 503U);
  EXPECT_GT(made.error().retry_after_s, 0U);
  EXPECT_THAT(made.error().detail, HasSubstr("999 MB"));
  EXPECT_EQ(world.sessions->refused().memory, 1U);
  world.machine = {.free_mb = 1000, .load_percent = 201};
  const auto again = world.sessions->make({.start_url = "https://example.org/"});
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().detail, HasSubstr("201 percent"));
  EXPECT_EQ(world.sessions->refused().load, 1U);
  world.machine = {.free_mb = 1000, .load_percent = 200};
  EXPECT_TRUE(world.sessions->make({.start_url = "https://example.org/"}));
}

TEST(SessionsRenderers, ThePoolIsGivenUpWhenMemoryIsShort) {
  PoolWorld world;
  ASSERT_TRUE(world.has_started(1));
  world.comes_up();
  const std::string first = world.backend.newest();
  {
    const std::lock_guard lock(world.mutex);
    world.machine.free_mb = 999;
  }
  world.pass(seconds(2));
  ASSERT_TRUE(comes([&] { return world.sessions->warm() == 0; }));
  EXPECT_THAT(world.backend.stopped, Contains(first));
}

TEST(SessionsRenderers, NoTwoHaveTheSameUser) {
  SessionsSettings settings = PoolWorld::with_pool();
  settings.pool.size = 0;
  settings.uids = UidRange{.first = 60'600, .last = 60'602};
  PoolWorld world(settings);
  world.running_uids = {60'601};  // one that has outlived an earlier server
  const std::string a = SessionsWorld::id_of(world.make());
  const std::string b = SessionsWorld::id_of(world.make());
  const std::set<std::uint32_t> uids = {world.record_of(a).renderer_uid,
                                        world.record_of(b).renderer_uid};
  EXPECT_THAT(uids, ::testing::ElementsAre(60'600, 60'602));
  EXPECT_EQ(world.backend.orders[world.renderer_of(a)].at("uid"), world.record_of(a).renderer_uid);
  const auto none = world.sessions->make({.start_url = "https://example.org/"});
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().detail, HasSubstr("every user of renderer.uid_range is taken"));
  world.open();
  ASSERT_TRUE(world.sessions->start("u"));
  EXPECT_FALSE(world.sessions->make({.start_url = "https://example.org/"})) << "records count";
}

}  // namespace
}  // namespace turnpike::cobrowse
