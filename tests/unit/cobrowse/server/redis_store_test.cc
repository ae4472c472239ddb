// Two servers' stores over one real Redis.
#include "cobrowse/server/redis_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "cobrowse/server/session_record.h"
#include "tests/support/redis_server.h"

namespace turnpike::cobrowse {
namespace {

using turnpike::testing::RedisServer;
using Kind = SessionOwner::Kind;

std::string record(const std::string& id) {
  SessionRecord one{.id = id, .created_s = 1};
  one.invites.push_back({.token_hash = "link-" + id,
                         .pin_hash = "pin-" + id,
                         .link_until_s = 4'000'000'000,
                         .pin_until_s = 4'000'000'000});
  return to_text(one);
}

class RedisStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!RedisServer::missing().empty()) GTEST_SKIP() << RedisServer::missing();
    redis_ = std::make_unique<RedisServer>();
  }
  std::unique_ptr<RedisStore> open(const std::string& server, bool bound = false) {
    return *RedisStore::open({.address = *parse_redis_address(redis_->connection()),
                              .server = server,
                              .bound = bound,
                              .attempts = {.free = 2}});
  }
  static void put(RedisStore& store, const std::string& id) {
    ASSERT_TRUE(store.claim(id));
    ASSERT_TRUE(store.put_session(id, record(id)));
    store.flush();
  }
  /// Within ten seconds; the store's own thread has a turn each second.
  template <class Condition>
  static bool comes(const Condition& condition) {
    for (int i = 0; i < 1000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return false;
  }
  /// Without a lease.
  void put_text(const std::string& id, const std::string& text, std::int64_t seen_s) {
    redis_->cli({"HSET", "turnpike:cobrowse:session:" + id, "state", text, "server", "http://a:1",
                 "fence", "1", "bound", "0", "seen", std::to_string(seen_s)});
    redis_->cli({"SADD", "turnpike:cobrowse:sessions", id});
  }
  std::unique_ptr<RedisServer> redis_;
};

TEST_F(RedisStoreTest, ASessionBelongsToOneServer) {
  const auto a = open("http://a:1"), b = open("http://b:1");
  a->begin({});
  put(*a, "s");
  EXPECT_EQ(a->owner_of("s").kind, Kind::kThis);
  EXPECT_EQ(b->owner_of("s").server, "http://a:1");
  EXPECT_EQ(b->owner_of("other").kind, Kind::kNone);
  EXPECT_FALSE(b->claim("s"));
  EXPECT_FALSE(b->put_session("s", "x"));
  EXPECT_TRUE(b->sessions()->empty());
  EXPECT_NE(b->state_of("s"), "");
  EXPECT_EQ(b->state_of("other"), "");
  EXPECT_EQ(*b->session_of_invite("pin-s"), "s");
  EXPECT_EQ(*b->session_of_invite("link-s"), "s");
  EXPECT_FALSE(b->reserve_pin("t", "pin-s", 60));
  EXPECT_TRUE(b->reserve_pin("t", "pin-t", 60));
  ASSERT_TRUE(a->remove_session("s"));
  a->flush();
  EXPECT_EQ(b->owner_of("s").kind, Kind::kNone);
  EXPECT_EQ(*b->session_of_invite("pin-s"), "");
}

TEST_F(RedisStoreTest, WhatAServerGivesBackIsTakenUpUnlessItIsBound) {
  for (const bool bound : {false, true}) {
    const std::string id = bound ? "bound" : "free";
    auto a = open("http://a:1", bound);
    a->begin({});
    put(*a, id);
    a.reset();
    const auto b = open("http://b:1", bound);
    EXPECT_EQ(b->sessions()->size(), bound ? 0U : 1U);
    EXPECT_EQ(b->owner_of(id).kind, bound ? Kind::kNobody : Kind::kThis);
    if (!bound) continue;
    EXPECT_EQ(open("http://a:1", true)->sessions()->size(), 1U) << "the same server is back";
  }
}

TEST_F(RedisStoreTest, OneThatIsTakenBelongsToNobodyUntilItIsTakenUp) {
  put_text("s", record("s"), 1);
  const auto b = open("http://b:1");
  std::vector<Kind> seen;
  b->begin({.taken_up = [&](const std::string& id, const std::string& text) {
    EXPECT_EQ(text, record(id));
    seen.push_back(b->owner_of(id).kind);
  }});
  EXPECT_TRUE(comes([&] { return b->owner_of("s").kind == Kind::kThis; }));
  b->mute();
  EXPECT_THAT(seen, ::testing::ElementsAre(Kind::kNobody));
}

TEST_F(RedisStoreTest, WhatMakesNoSenseIsLeftToOthersAndRemovedInTheEnd) {
  put_text("new", "{", std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
  put_text("old", record("another"), 1);
  const auto a = open("http://a:1");
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(a->sessions()->empty());
    EXPECT_EQ(a->owner_of("new").kind, Kind::kNobody);
    EXPECT_EQ(a->owner_of("old").kind, i == 0 ? Kind::kNobody : Kind::kNone);
  }
  const auto b = open("http://b:1");
  b->begin({.taken_up = [](const std::string& id, const std::string&) { ADD_FAILURE() << id; }});
  b->flush();
  b->mute();
  EXPECT_EQ(b->owner_of("new").kind, Kind::kNobody);
  EXPECT_EQ(redis_->cli({"KEYS", "turnpike:cobrowse:lease:*"}).find("lease"), std::string::npos);
}

TEST_F(RedisStoreTest, ALostLeaseWritesNothing) {
  const auto a = open("http://a:1"), b = open("http://b:1");
  std::mutex mutex;
  std::string lost;
  a->begin({.lost = [&](const std::string& id) {
    const std::lock_guard lock(mutex);
    lost = id;
  }});
  put(*a, "s");
  redis_->cli({"SET", "turnpike:cobrowse:lease:s", "http://b:1 77"});
  ASSERT_TRUE(a->put_session("s", record("s")));
  a->flush();
  const std::lock_guard lock(mutex);
  EXPECT_EQ(lost, "s");
  EXPECT_EQ(a->owner_of("s").server, "http://b:1");
  EXPECT_EQ(redis_->cli({"GET", "turnpike:cobrowse:lease:s"}).substr(0, 13), "http://b:1 77");
  a->mute();
}

TEST_F(RedisStoreTest, GuessesCountOnAllServers) {
  const auto a = open("http://a:1"), b = open("http://b:1");
  a->guess_failed("x");
  b->guess_failed("x");
  EXPECT_EQ(a->guess_wait("x"), 0U);
  a->guess_failed("x");
  EXPECT_GE(b->guess_wait("x"), 1U);
  EXPECT_EQ(b->guess_wait("y"), 0U);
}

TEST_F(RedisStoreTest, WithoutRedisNothingIsClaimedAndWhatIsThereIsKept) {
  const auto a = open("http://a:1");
  a->begin({});
  put(*a, "s");
  redis_->stop();
  EXPECT_FALSE(a->claim("t"));
  EXPECT_TRUE(a->put_session("s", record("s")));
  EXPECT_EQ(a->owner_of("s").kind, Kind::kThis);
  EXPECT_EQ(a->owner_of("t").kind, Kind::kAway);
  EXPECT_FALSE(RedisStore::open({.address = *parse_redis_address(redis_->connection())}));
}

TEST_F(RedisStoreTest, NobodyWaitsForARedisThatHangs) {
  const auto a = open("http://a:1");
  a->begin({});
  put(*a, "s");
  redis_->hang();
  const auto ask_all = [&] {
    EXPECT_EQ(a->owner_of("t").kind, Kind::kAway);
    EXPECT_FALSE(a->claim("t"));
    EXPECT_TRUE(a->reserve_pin("s", "pin-t", 60)) << "its own until it is written";
    EXPECT_FALSE(a->session_of_invite("pin-s"));
    EXPECT_EQ(a->state_of("t") + a->server_with_room(), "");
    EXPECT_TRUE(a->other_views().empty());
    a->guess_failed("x");
    EXPECT_EQ(a->guess_wait("x"), 0U);
  };
  const auto begin = std::chrono::steady_clock::now();
  ask_all();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(900));
  ASSERT_TRUE(comes([&] { return a->is_away(); }));
  const auto known = std::chrono::steady_clock::now();
  ask_all();
  EXPECT_LT(std::chrono::steady_clock::now() - known, milliseconds(150)) << "it is known by now";
  redis_->go_on();
  EXPECT_TRUE(comes([&] { return !a->is_away(); }));
  EXPECT_TRUE(comes([&] { return a->owner_of("t").kind == Kind::kNone; }));
}

TEST_F(RedisStoreTest, FactsAreEachServersOwn) {
  const auto a = open("http://a:1"), b = open("http://b:1");
  ASSERT_TRUE(a->put_fact("port", "7"));
  EXPECT_EQ(a->fact("port"), "7");
  EXPECT_EQ(b->fact("port"), "");
}

}  // namespace
}  // namespace turnpike::cobrowse
