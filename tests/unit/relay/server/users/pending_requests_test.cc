#include "relay/server/users/pending_requests.h"

#include <gtest/gtest.h>

namespace turnpike::server {
namespace {

using Kept = PendingRequests::Kept;
constexpr MonotonicTime kStart{seconds(100)};

turn::ClientPath path(std::uint16_t port) {
  return {.tuple = {ClientAddress{{IpAddress::v4(192, 0, 2, 1), port}},
                    ServerAddress{{IpAddress::v4(192, 0, 2, 9), 3478}}, Transport::kUdp},
          .via = 3};
}

TEST(PendingRequests, OnlyTheFirstRequestAsksTheStore) {
  PendingRequests pending;
  EXPECT_EQ(pending.keep("alice", path(1), as_bytes("one"), kStart), Kept::kFirst);
  EXPECT_EQ(pending.keep("alice", path(1), as_bytes("two"), kStart), Kept::kAlso);
  EXPECT_EQ(pending.keep("alice", path(2), as_bytes("one"), kStart), Kept::kAlso);
  EXPECT_EQ(pending.keep("bob", path(1), as_bytes("one"), kStart), Kept::kFirst);
  EXPECT_EQ(pending.size(), 4U);
}

TEST(PendingRequests, ARetransmissionIsNotKeptTwice) {
  PendingRequests pending;
  pending.keep("alice", path(1), as_bytes("one"), kStart);
  EXPECT_EQ(pending.keep("alice", path(1), as_bytes("one"), kStart), Kept::kTwice);
  EXPECT_EQ(pending.size(), 1U);
}

TEST(PendingRequests, GivesBackWhatCameInItsOrder) {
  PendingRequests pending;
  pending.keep("alice", path(1), as_bytes("one"), kStart);
  pending.keep("alice", path(2), as_bytes("two"), kStart);
  const auto taken = pending.take("alice");
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(as_text(taken[0].message), "one");
  EXPECT_EQ(as_text(taken[1].message), "two");
  EXPECT_EQ(taken[1].from.via, 3U);
  EXPECT_TRUE(pending.take("alice").empty());
  EXPECT_EQ(pending.size(), 0U);
  EXPECT_EQ(pending.keep("alice", path(1), as_bytes("one"), kStart), Kept::kFirst);
}

TEST(PendingRequests, IsBoundedInNumberAndBytes) {
  PendingRequests pending;
  for (std::size_t i = 0; i < PendingRequests::kMaxRequests; ++i) {
    ASSERT_NE(pending.keep("u" + std::to_string(i), path(1), as_bytes("x"), kStart), Kept::kNoRoom);
  }
  EXPECT_EQ(pending.keep("one more", path(1), as_bytes("x"), kStart), Kept::kNoRoom);

  PendingRequests large;
  const std::string big(PendingRequests::kMaxBytes / 2, 'x');
  EXPECT_EQ(large.keep("a", path(1), as_bytes(big), kStart), Kept::kFirst);
  EXPECT_EQ(large.keep("b", path(1), as_bytes(big), kStart), Kept::kFirst);
  EXPECT_EQ(large.keep("c", path(1), as_bytes("x"), kStart), Kept::kNoRoom);
  large.take("a");
  EXPECT_EQ(large.keep("c", path(1), as_bytes("x"), kStart), Kept::kFirst);
}

TEST(PendingRequests, ForgetsAClientThatHasGone) {
  PendingRequests pending;
  pending.keep("alice", path(1), as_bytes("one"), kStart);
  pending.keep("alice", path(2), as_bytes("two"), kStart);
  pending.forget(path(1).tuple);
  const auto taken = pending.take("alice");
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(as_text(taken[0].message), "two");
}

TEST(PendingRequests, GivesUpAfterAWhile) {
  PendingRequests pending;
  pending.keep("alice", path(1), as_bytes("one"), kStart);
  EXPECT_EQ(pending.expire(kStart + PendingRequests::kMaxAge), 0U);
  EXPECT_EQ(pending.expire(kStart + PendingRequests::kMaxAge + seconds(1)), 1U);
  EXPECT_EQ(pending.size(), 0U);
}

}  // namespace
}  // namespace turnpike::server
