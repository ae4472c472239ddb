#include "cobrowse/server/remote_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::cobrowse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// Containers as a map, with a lock for the test's looks.
struct World {
  std::mutex mutex;
  std::map<std::string, FoundRenderer> all;
  int created = 0;
  bool refuses = false;
  bool is_away = false;
  bool is_slow = false;

  std::vector<std::string> ids() {
    const std::lock_guard lock(mutex);
    std::vector<std::string> ids;
    for (const auto& [id, one] : all) ids.push_back(id);
    return ids;
  }
  void put(const std::string& id, const std::string& session, bool running) {
    const std::lock_guard lock(mutex);
    all[id] = {.id = id, .session = session, .running = running};
  }
};

class FakeManager final : public RendererManager {
 public:
  explicit FakeManager(World& world) : world_(world) {}
  Result<std::string, std::string> create(const std::string& session,
                                          const boost::json::object&) override {
    if (world_.is_slow) std::this_thread::sleep_for(milliseconds(300));
    const std::lock_guard lock(world_.mutex);
    if (world_.refuses) return fail(std::string("no room"));
    std::string id = session + std::to_string(++world_.created);
    world_.all[id] = {.id = id, .session = session, .running = true};
    return id;
  }
  Result<void, std::string> remove(const std::string& id) override {
    const std::lock_guard lock(world_.mutex);
    world_.all.erase(id);
    return {};
  }
  Result<std::vector<FoundRenderer>, std::string> list() override {
    const std::lock_guard lock(world_.mutex);
    if (world_.is_away) return fail(std::string("nobody is there"));
    std::vector<FoundRenderer> found;
    for (const auto& [id, one] : world_.all) found.push_back(one);
    return found;
  }

 private:
  World& world_;
};

class RemoteBackendTest : public testing::Test {
 protected:
  std::unique_ptr<RemoteBackend> make() {
    return std::make_unique<RemoteBackend>(std::make_unique<FakeManager>(world_), milliseconds(20));
  }
  /// Until it is so, for 5 s at most.
  template <class Check>
  static bool soon(const Check& check) {
    for (int i = 0; i < 500; ++i) {
      if (check()) return true;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return false;
  }
  static std::vector<std::string> ended(RemoteBackend& backend, std::size_t count) {
    std::vector<std::string> all;
    soon([&] {
      for (std::string& one : backend.take_ended()) all.push_back(std::move(one));
      return all.size() >= count;
    });
    return all;
  }
  bool soon_has(const std::vector<std::string>& ids) {
    return soon([&] { return world_.ids() == ids; });
  }

  World world_;
};

TEST_F(RemoteBackendTest, StartsAndStops) {
  const auto backend = make();
  ASSERT_TRUE(backend->start("a", {}));
  EXPECT_TRUE(soon_has({"a1"}));
  backend->stop("a");
  EXPECT_TRUE(soon_has({}));
  EXPECT_THAT(backend->take_ended(), IsEmpty());
  backend->stop("a");
}

TEST_F(RemoteBackendTest, NobodyWaitsForASlowManager) {
  world_.is_slow = true;
  const auto backend = make();
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(backend->start("a", {}));
  backend->stop("a");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(200));
  EXPECT_TRUE(soon([&] {
    const std::lock_guard lock(world_.mutex);
    return world_.created == 1 && world_.all.empty();
  }));
}

TEST_F(RemoteBackendTest, AStartThatFailsHasEnded) {
  world_.refuses = true;
  const auto backend = make();
  ASSERT_TRUE(backend->start("a", {}));
  EXPECT_THAT(ended(*backend, 1), ElementsAre("a"));
}

TEST_F(RemoteBackendTest, WhatEndsByItselfIsReportedOnceAndRemoved) {
  const auto backend = make();
  ASSERT_TRUE(backend->start("a", {}));
  ASSERT_TRUE(soon_has({"a1"}));
  world_.put("a1", "a", false);
  EXPECT_THAT(ended(*backend, 1), ElementsAre("a"));
  EXPECT_TRUE(soon_has({}));
  std::this_thread::sleep_for(milliseconds(60));
  EXPECT_THAT(backend->take_ended(), IsEmpty());
}

TEST_F(RemoteBackendTest, WhatVanishesHasEndedToo) {
  const auto backend = make();
  ASSERT_TRUE(backend->start("a", {}));
  ASSERT_TRUE(soon_has({"a1"}));
  {
    const std::lock_guard lock(world_.mutex);
    world_.all.clear();
  }
  EXPECT_THAT(ended(*backend, 1), ElementsAre("a"));
}

TEST_F(RemoteBackendTest, ASecondStartReplacesTheFirst) {
  const auto backend = make();
  ASSERT_TRUE(backend->start("a", {}));
  ASSERT_TRUE(backend->start("a", {}));
  EXPECT_TRUE(soon_has({"a2"}));
  EXPECT_THAT(backend->take_ended(), IsEmpty());
}

TEST_F(RemoteBackendTest, KeepsKnownSessionsRemovesOrphansAndReportsTheMissing) {
  world_.put("x", "known", true);
  world_.put("y", "unknown", true);
  world_.put("z", "dead", false);
  const auto backend = make();
  backend->keep_only({"known", "dead", "missing"});
  EXPECT_THAT(ended(*backend, 2), UnorderedElementsAre("dead", "missing"));
  EXPECT_TRUE(soon_has({"x"}));
  backend->stop("known");
  EXPECT_TRUE(soon_has({}));
}

TEST_F(RemoteBackendTest, NothingIsRemovedBeforeTheSessionsAreKnown) {
  world_.put("y", "unknown", true);
  const auto backend = make();
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_THAT(world_.ids(), ElementsAre("y"));
}

TEST_F(RemoteBackendTest, AManagerThatIsAwayEndsNobody) {
  world_.put("x", "known", true);
  world_.is_away = true;
  const auto backend = make();
  backend->keep_only({"known"});
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_THAT(backend->take_ended(), IsEmpty());
  world_.put("y", "unknown", true);
  {
    const std::lock_guard lock(world_.mutex);
    world_.is_away = false;
  }
  EXPECT_TRUE(soon_has({"x"}));
  EXPECT_THAT(backend->take_ended(), IsEmpty());
}

TEST_F(RemoteBackendTest, WhatIsStoppedBeforeTheFirstListIsNotKept) {
  world_.put("x", "over", true);
  world_.put("y", "known", true);
  world_.is_away = true;
  const auto backend = make();
  backend->keep_only({"over", "known", "missing"});
  backend->stop("over");
  backend->stop("missing");
  ASSERT_TRUE(backend->start("new", {}));
  ASSERT_TRUE(soon_has({"new1", "x", "y"})) << "what was asked for before is done";
  {
    const std::lock_guard lock(world_.mutex);
    world_.is_away = false;
  }
  EXPECT_TRUE(soon_has({"new1", "y"}));
  EXPECT_THAT(backend->take_ended(), IsEmpty());
}

TEST_F(RemoteBackendTest, RenderersOutliveTheServer) {
  auto backend = make();
  ASSERT_TRUE(backend->start("a", {}));
  ASSERT_TRUE(soon_has({"a1"}));
  backend.reset();
  EXPECT_THAT(world_.ids(), ElementsAre("a1"));
}

}  // namespace
}  // namespace turnpike::cobrowse
