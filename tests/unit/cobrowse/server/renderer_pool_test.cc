#include "cobrowse/server/renderer_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::cobrowse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

MonotonicTime at(int s) {
  return MonotonicTime(std::chrono::hours(1) + seconds(s));
}

TEST(RendererPool, OfNoSizeNeverWantsAny) {
  RendererPool pool({});
  EXPECT_FALSE(pool.wants_one(at(0)));
  EXPECT_FALSE(pool.take(at(0)));
  EXPECT_FALSE(pool.give_up(at(0)));
}

TEST(RendererPool, IsFilledOneAfterTheOther) {
  RendererPool pool({.size = 2});
  EXPECT_TRUE(pool.wants_one(at(0)));
  pool.add({.name = "a", .token_hash = "h", .uid = 7}, at(0));
  EXPECT_FALSE(pool.wants_one(at(0))) << "one is starting";
  EXPECT_EQ(pool.ready(), 0U);
  pool.on_ready("other");
  pool.on_ready("a");
  EXPECT_EQ(pool.ready(), 1U);
  EXPECT_TRUE(pool.wants_one(at(0)));
  pool.add({.name = "b"}, at(0));
  pool.on_ready("b");
  EXPECT_FALSE(pool.wants_one(at(100))) << "full";
  ASSERT_NE(pool.find("a"), nullptr);
  EXPECT_EQ(pool.find("a")->uid, 7U);
  EXPECT_EQ(pool.find("c"), nullptr);
  EXPECT_EQ(pool.all().size(), 2U);
}

TEST(RendererPool, TheReadyOneIsTakenFirstAndNeverTwice) {
  RendererPool pool({.size = 2});
  pool.add({.name = "slow"}, at(0));
  pool.add({.name = "fast"}, at(0));
  pool.on_ready("fast");
  EXPECT_EQ(pool.take(at(1))->name, "fast");
  EXPECT_EQ(pool.take(at(1))->name, "slow") << "it has a start at least";
  EXPECT_FALSE(pool.take(at(1)));
}

TEST(RendererPool, ASessionThatBeginsComesFirst) {
  RendererPool pool({.size = 1, .settle = seconds(3)});
  pool.add({.name = "a"}, at(0));
  pool.on_ready("a");
  pool.take(at(10));
  EXPECT_FALSE(pool.wants_one(at(12)));
  EXPECT_TRUE(pool.wants_one(at(13)));
}

TEST(RendererPool, AfterFailuresItWaitsLongerEachTime) {
  RendererPool pool({.size = 1, .longest_pause = seconds(4)});
  int time = 0;
  for (const int pause : {1, 2, 4, 4, 4}) {
    pool.add({.name = "a"}, at(time));
    EXPECT_TRUE(pool.on_ended("a", at(time)));
    EXPECT_FALSE(pool.wants_one(at(time + pause) - milliseconds(1))) << pause;
    time += pause;
    EXPECT_TRUE(pool.wants_one(at(time))) << pause;
  }
  pool.add({.name = "a"}, at(time));
  pool.on_ready("a");
  EXPECT_TRUE(pool.on_ended("a", at(time)));
  EXPECT_TRUE(pool.wants_one(at(time + 1))) << "one was ready in between";
  EXPECT_FALSE(pool.on_ended("a", at(time)));
}

TEST(RendererPool, OneThatDoesNotComeUpIsOverdue) {
  RendererPool pool({.size = 1, .start_within = seconds(30)});
  pool.add({.name = "a"}, at(0));
  EXPECT_THAT(pool.take_overdue(at(29)), IsEmpty());
  EXPECT_THAT(pool.take_overdue(at(30)), ElementsAre("a"));
  EXPECT_EQ(pool.size(), 0U);
  pool.add({.name = "b"}, at(40));
  pool.on_ready("b");
  EXPECT_THAT(pool.take_overdue(at(400)), IsEmpty());
}

TEST(RendererPool, OneThatHasWaitedForLongIsReplacedAtOnce) {
  RendererPool pool({.size = 1, .longest_wait = seconds(100)});
  pool.add({.name = "a"}, at(0));
  pool.on_ready("a");
  EXPECT_THAT(pool.take_overdue(at(99)), IsEmpty());
  EXPECT_THAT(pool.take_overdue(at(100)), ElementsAre("a"));
  EXPECT_TRUE(pool.wants_one(at(100)));
}

TEST(RendererPool, WhatTheMachineNeedsIsNotStartedAgainAtOnce) {
  RendererPool pool({.size = 1, .longest_pause = seconds(60)});
  pool.add({.name = "a"}, at(0));
  EXPECT_EQ(pool.give_up(at(5)), "a");
  EXPECT_FALSE(pool.wants_one(at(64)));
  EXPECT_TRUE(pool.wants_one(at(65)));
}

}  // namespace
}  // namespace turnpike::cobrowse
