#include "cobrowse/renderer/rtc/pacer.h"

#include <gtest/gtest.h>

namespace turnpike::rtc {
namespace {

const MonotonicTime kStart{seconds(50)};

std::size_t burst(Pacer& pacer, MonotonicTime now) {
  std::size_t sent = 0;
  for (; pacer.may_send(now); sent += 1000) pacer.on_sent(1000);
  return sent;
}

TEST(Pacer, ABurstLeavesAtOnceAndTheRestIsSpread) {
  Pacer pacer(1'000'000);
  EXPECT_EQ(burst(pacer, kStart), Pacer::kBurstBytes + 1000);
  EXPECT_GT(pacer.next_time(), kStart);
  std::size_t sent = 0;
  MonotonicTime now = kStart;
  while (now < kStart + seconds(1)) {
    now = std::max(now, pacer.next_time());
    if (!pacer.may_send(now)) break;
    pacer.on_sent(1000);
    sent += 1000;
  }
  EXPECT_NEAR(static_cast<double>(sent), 312'500, 2000) << "two and a half times the rate";
}

TEST(Pacer, NextTimeIsWhenItMaySend) {
  Pacer pacer(800'000);
  burst(pacer, kStart);
  const MonotonicTime next = pacer.next_time();
  EXPECT_FALSE(pacer.may_send(next - milliseconds(1)));
  EXPECT_TRUE(pacer.may_send(next));
}

TEST(Pacer, APauseGivesNoMoreThanABurst) {
  Pacer pacer(1'000'000);
  burst(pacer, kStart);
  EXPECT_EQ(burst(pacer, kStart + seconds(100)), Pacer::kBurstBytes + 1000);
}

TEST(Pacer, HighRatesHaveLargerBursts) {
  Pacer pacer(8'000'000);
  burst(pacer, kStart);
  EXPECT_NEAR(static_cast<double>(burst(pacer, kStart + seconds(1))), 25'000, 1000);
}

TEST(Pacer, TimeFor) {
  EXPECT_EQ(Pacer(800'000).time_for(250'000), seconds(1));
}

TEST(Pacer, WhereTheNarrowPlaceIsKnownLittleMoreThanItCarries) {
  Pacer pacer(200'000);
  pacer.set_target(200'000, true);
  burst(pacer, kStart);
  EXPECT_EQ(pacer.time_for(30'000), seconds(1)) << "1.2 times 25 000 bytes a second";
  EXPECT_NEAR(static_cast<double>(burst(pacer, kStart + seconds(100))), 3'500, 500);
  pacer.set_target(2'000'000, true);
  EXPECT_EQ(pacer.time_for(375'000), seconds(1));
  pacer.set_target(2'000'000, false);
  EXPECT_EQ(pacer.time_for(625'000), seconds(1));
}

TEST(Pacer, WhatIsSentBesideItTakesItsTime) {
  Pacer pacer(1'000'000);
  pacer.set_target(1'000'000, true);
  EXPECT_EQ(pacer.time_for(187'500), seconds(1));
  EXPECT_EQ(pacer.time_for(187'500, 750'000), seconds(2));
  EXPECT_EQ(pacer.time_for(187'500, 9'000'000), seconds(20)) << "never nothing at all";
}

}  // namespace
}  // namespace turnpike::rtc
