#include "relay/server/admin/ended_log.h"

#include <gtest/gtest.h>

#include <thread>

namespace turnpike::server {
namespace {

void end(EndedLog& log, const char* user) {
  turn::AllocationDeleted what;
  what.user = user;
  log.add(what, WallTime(seconds(50)));
}

TEST(EndedLog, EachIsReadOnceInOrder) {
  EndedLog log(4);
  EXPECT_EQ(log.after(0, 10).last, 0U);
  for (const char* user : {"a", "b", "c"}) end(log, user);
  const EndedSessions first = log.after(0, 2);
  ASSERT_EQ(first.sessions.size(), 2U);
  EXPECT_EQ(first.sessions[0].number, 1U);
  EXPECT_EQ(first.sessions[0].what.user, "a");
  EXPECT_EQ(first.sessions[0].ended_s, 50);
  EXPECT_EQ(first.last, 3U);
  const EndedSessions rest = log.after(2, 10);
  ASSERT_EQ(rest.sessions.size(), 1U);
  EXPECT_EQ(rest.sessions[0].what.user, "c");
  EXPECT_TRUE(log.after(3, 10).sessions.empty());
}

TEST(EndedLog, WhatWasOverwrittenIsCounted) {
  EndedLog log(4);
  for (int i = 0; i < 10; ++i) end(log, "a");
  const EndedSessions found = log.after(2, 10);
  EXPECT_EQ(found.lost, 4U);  // 3 to 6
  ASSERT_EQ(found.sessions.size(), 4U);
  EXPECT_EQ(found.sessions.front().number, 7U);
}

TEST(EndedLog, ANumberOfAnotherProcessBeginsAgain) {
  EndedLog log(4);
  end(log, "a");
  EXPECT_EQ(log.after(77, 10).sessions.size(), 1U);
  EXPECT_EQ(log.after(77, 10).lost, 0U);
}

TEST(EndedLog, TheEndWaitsForAReaderThatWasThere) {
  EndedLog log(4);
  end(log, "a");
  log.wait_for_reader(std::chrono::hours(1));  // nobody reads here
  log.after(0, 10);
  std::thread reader([&log] { log.after(1, 10); });
  log.wait_for_reader(std::chrono::hours(1));
  reader.join();
  EXPECT_EQ(close_reason_word(turn::CloseReason::kRevoked), "revoked");
}

}  // namespace
}  // namespace turnpike::server
