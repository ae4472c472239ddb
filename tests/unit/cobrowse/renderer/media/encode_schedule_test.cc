#include "cobrowse/renderer/media/encode_schedule.h"

#include <gtest/gtest.h>

#include <vector>

namespace turnpike::media {
namespace {

MonotonicTime at(int ms) {
  return MonotonicTime(milliseconds(1'000'000 + ms));
}

/// Runs the schedule on virtual time, as a thread would that sleeps until next_deadline().
struct World {
  struct Encode {
    int ms;
    EncodeOrder order;
  };

  explicit World(const ScheduleSettings& settings = {}) : schedule(settings) {}

  /// Up to and including `end_ms`.
  void run_until(int end_ms) {
    while (true) {
      const MonotonicTime due = std::max(schedule.next_deadline(), at(now_ms));
      if (due > at(end_ms)) break;
      now_ms = static_cast<int>(std::chrono::ceil<milliseconds>(due - at(0)).count());
      if (const auto order = schedule.check(at(now_ms))) encodes.push_back({now_ms, *order});
    }
    now_ms = end_ms;
  }
  std::vector<int> times() const {
    std::vector<int> result;
    for (const Encode& one : encodes) result.push_back(one.ms);
    return result;
  }
  /// One viewer, who has his key frame and refinements, at 10 s; the next heartbeat is at 12 s.
  void settle() {
    schedule.on_viewers(1);
    run_until(9'999);
    now_ms = 10'000;
    schedule.on_damage();
    if (!schedule.check(at(now_ms))) FAIL() << "no encode at damage";
    schedule.on_settled();
    encodes.clear();
  }

  EncodeSchedule schedule;
  int now_ms = 0;
  std::vector<Encode> encodes;
};

TEST(EncodeSchedule, FewerFramesForANarrowLine) {
  World world;
  world.settle();
  world.schedule.set_max_fps(5);
  world.schedule.on_damage();
  EXPECT_EQ(world.schedule.next_deadline(), at(10'200));
  world.schedule.set_max_fps(1000);
  EXPECT_EQ(world.schedule.next_deadline(), at(10'000) + Duration(seconds(1)) / 30);
}

TEST(EncodeSchedule, NothingBeforeTheLastOneHasLeft) {
  World world;
  world.settle();
  world.schedule.on_damage();
  world.schedule.hold_until(at(10'700));
  world.schedule.hold_until(at(10'300));
  EXPECT_EQ(world.schedule.check(at(10'699)), std::nullopt);
  EXPECT_EQ(world.schedule.next_deadline(), at(10'700));
  EXPECT_TRUE(world.schedule.check(at(10'700)));
}

TEST(EncodeSchedule, NothingWithoutViewers) {
  World world;
  world.schedule.on_damage();
  world.schedule.on_key_request();
  EXPECT_EQ(world.schedule.next_deadline(), kNever);
  world.run_until(10'000);
  EXPECT_TRUE(world.encodes.empty());
}

TEST(EncodeSchedule, TheFirstViewerGetsAKeyFrameAtOnce) {
  World world;
  world.run_until(5'000);
  world.schedule.on_viewers(1);
  world.run_until(5'000);
  ASSERT_EQ(world.times(), std::vector<int>{5'000});
  EXPECT_TRUE(world.encodes[0].order.is_key);
  EXPECT_TRUE(world.encodes[0].order.base_layer);
  EXPECT_FALSE(world.encodes[0].order.is_refinement);
}

TEST(EncodeSchedule, DamageIsEncodedAtOnceThenAtTheFrameRate) {
  World world({.max_fps = 20});
  world.settle();
  world.run_until(10'500);
  world.encodes.clear();
  for (int ms = 10'500; ms < 10'700; ms += 10) {
    world.schedule.on_damage();
    world.run_until(ms);
  }
  EXPECT_EQ(world.times(), (std::vector<int>{10'500, 10'550, 10'600, 10'650}));
  EXPECT_FALSE(world.encodes[1].order.base_layer);
  EXPECT_FALSE(world.encodes[1].order.is_key);
}

TEST(EncodeSchedule, RefinesFourTimesThenKeepsQuiet) {
  World world;
  world.settle();
  world.run_until(11'000);
  world.schedule.on_damage();
  world.run_until(13'599);
  EXPECT_EQ(world.times(), (std::vector<int>{11'000, 11'150, 11'300, 11'450, 11'600}));
  for (std::size_t n = 1; n < world.encodes.size(); ++n) {
    EXPECT_TRUE(world.encodes[n].order.is_refinement);
    EXPECT_TRUE(world.encodes[n].order.base_layer);
  }
}

TEST(EncodeSchedule, ASettledPictureIsNotRefined) {
  World world;
  world.settle();
  world.schedule.on_damage();
  world.run_until(10'200);
  ASSERT_EQ(world.times(), (std::vector<int>{10'034, 10'184}));
  world.schedule.on_settled();
  world.run_until(12'183);
  EXPECT_EQ(world.encodes.size(), 2u);
}

TEST(EncodeSchedule, DamageStartsTheRefinementsAnew) {
  World world;
  world.settle();
  world.run_until(11'000);
  world.schedule.on_damage();
  world.run_until(11'500);
  world.schedule.on_damage();
  world.run_until(12'500);
  EXPECT_EQ(world.times(), (std::vector<int>{11'000, 11'150, 11'300, 11'450, 11'500, 11'650, 11'800,
                                             11'950, 12'100}));
}

TEST(EncodeSchedule, AHeartbeatEachTwoSeconds) {
  World world;
  world.settle();
  world.run_until(17'000);
  EXPECT_EQ(world.times(), (std::vector<int>{12'000, 14'000, 16'000}));
  EXPECT_TRUE(world.encodes[0].order.base_layer);
  EXPECT_FALSE(world.encodes[0].order.is_key);
  world.schedule.on_viewers(0);
  world.run_until(30'000);
  EXPECT_EQ(world.encodes.size(), 3u);
}

TEST(EncodeSchedule, AKeyRequestOfAStillIsServedAtOnceAndRefined) {
  World world;
  world.settle();
  world.run_until(11'000);
  world.schedule.on_key_request();
  world.run_until(11'200);
  EXPECT_EQ(world.times(), (std::vector<int>{11'000, 11'150}));
  EXPECT_TRUE(world.encodes[0].order.is_key);
  EXPECT_FALSE(world.encodes[0].order.is_refinement);
  EXPECT_TRUE(world.encodes[1].order.is_refinement);
}

TEST(EncodeSchedule, KeyRequestsAreCoalesced) {
  World world;
  world.settle();
  std::vector<int> keys;
  for (int ms = 11'000; ms <= 12'200; ms += 20) {
    world.run_until(ms);
    world.schedule.on_key_request();
    world.schedule.on_damage();
    world.run_until(ms);
  }
  for (const auto& one : world.encodes) {
    if (one.order.is_key) keys.push_back(one.ms);
  }
  EXPECT_EQ(keys, (std::vector<int>{11'000, 11'500, 12'000}));
}

TEST(EncodeSchedule, ANewViewerWantsAKeyFrameAndOneWhoGoesDoesNot) {
  World world;
  world.settle();
  world.run_until(11'000);
  world.schedule.on_viewers(2);
  world.run_until(11'000);
  ASSERT_EQ(world.encodes.size(), 1u);
  EXPECT_TRUE(world.encodes[0].order.is_key);
  world.schedule.on_settled();
  world.schedule.on_viewers(1);
  world.run_until(12'999);
  EXPECT_EQ(world.encodes.size(), 1u);
}

}  // namespace
}  // namespace turnpike::media
