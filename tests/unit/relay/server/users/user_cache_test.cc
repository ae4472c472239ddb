#include "relay/server/users/user_cache.h"

#include <gtest/gtest.h>

namespace turnpike::server {
namespace {

using Kind = credentials::DirectoryAnswer::Kind;

credentials::DirectoryAnswer answer(Kind kind) {
  return {.kind = kind, .key = {}};
}

TEST(UserCache, KnowsNothingAtFirstAndLetsNobodyIn) {
  const UserCache cache({1, 2}, 10);
  EXPECT_EQ(cache.find("alice").kind, Kind::kNotAsked);
  EXPECT_FALSE(cache.is_ready());
  EXPECT_NE(cache.generation(), 0U);
}

TEST(UserCache, KeepsAnswersUntilSomethingChanges) {
  UserCache cache({1, 2}, 10);
  cache.start_generation(5, true);
  EXPECT_TRUE(cache.is_ready());
  cache.note("alice", answer(Kind::kKnown), 5);
  cache.note("bob", answer(Kind::kNoSuchUser), 5);
  EXPECT_EQ(cache.find("alice").kind, Kind::kKnown);
  EXPECT_EQ(cache.find("bob").kind, Kind::kNoSuchUser);
  EXPECT_EQ(cache.find("Alice").kind, Kind::kNotAsked);
  EXPECT_EQ(cache.hits(), 2U);
  cache.start_generation(6, true);
  EXPECT_EQ(cache.find("alice").kind, Kind::kNotAsked);
  EXPECT_EQ(cache.hits(), 2U);
}

TEST(UserCache, AnAnswerFromBeforeAChangeIsNotKept) {
  UserCache cache({1, 2}, 10);
  cache.start_generation(5, true);
  cache.note("alice", answer(Kind::kKnown), 4);
  cache.note("bob", answer(Kind::kKnown), 6);
  EXPECT_EQ(cache.find("alice").kind, Kind::kNotAsked);
  EXPECT_EQ(cache.find("bob").kind, Kind::kNotAsked);
}

TEST(UserCache, IsBoundedAndForgetsTheOldestFirst) {
  UserCache cache({1, 2}, 10);
  for (int i = 0; i < 1000; ++i) {
    cache.note("user" + std::to_string(i), answer(Kind::kKnown), cache.generation());
    EXPECT_LE(cache.size(), 20U);
  }
  EXPECT_EQ(cache.find("user999").kind, Kind::kKnown);
  EXPECT_EQ(cache.find("user990").kind, Kind::kKnown);
  EXPECT_EQ(cache.find("user0").kind, Kind::kNotAsked);
}

TEST(UserCache, FailuresAreForgottenAndTheRestIsKept) {
  UserCache cache({1, 2}, 10);
  cache.note("alice", answer(Kind::kUnavailable), cache.generation());
  cache.note("bob", answer(Kind::kKnown), cache.generation());
  cache.forget_failures();
  EXPECT_EQ(cache.find("alice").kind, Kind::kNotAsked);
  EXPECT_EQ(cache.find("bob").kind, Kind::kKnown);
}

}  // namespace
}  // namespace turnpike::server
