// Allocate while the relay socket is still being opened.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using stun::Method;
using turn::DropReason;
using turn::RelaySocketFailure;

struct Held {
  World world;
  Client& client = world.client();
  std::vector<std::uint8_t> request;

  Held() {
    client.try_call(Method::kRefresh);  // brings a nonce
    world.hold_opens = true;
    request = client.signed_request(Method::kAllocate, transaction(100),
                                    [](TestRequest& r) { r.transport(kUdp); });
    EXPECT_FALSE(client.exchange(request));
    client.inbox.clear();
  }
};

TEST(TwoPhase, TheReplyComesWhenTheSocketIsOpen) {
  Held held;
  held.world.answer_open();
  ASSERT_EQ(held.client.inbox.size(), 1U);
  EXPECT_TRUE(held.client.inbox[0].success());
  EXPECT_EQ(held.client.inbox[0].id, transaction(100));
  EXPECT_TRUE(held.client.inbox[0].signed_with(held.world.digests, held.client.key().view()));
}

TEST(TwoPhase, ARetransmissionMeanwhileIsDropped) {
  Held held;
  EXPECT_FALSE(held.client.exchange(held.request));
  EXPECT_EQ(held.world.dropped(DropReason::kNotYetOpen), 1U);
  EXPECT_EQ(held.world.seen.opens.size(), 1U);
}

TEST(TwoPhase, AnotherAllocateMeanwhileIs437) {
  Held held;
  EXPECT_EQ(held.client.allocate().error, 437);
}

TEST(TwoPhase, OtherRequestsMeanwhileFindNoAllocation) {
  Held held;
  EXPECT_EQ(held.client.refresh().error, 437);
  EXPECT_EQ(held.client.permit(endpoint("8.8.4.4:1")).error, 437);
  EXPECT_EQ(held.client.send_indication(endpoint("8.8.4.4:1"), "x").drop,
            DropReason::kNoAllocation);
}

TEST(TwoPhase, AFailureIs508AndFreesTheQuota) {
  for (const auto failure : {RelaySocketFailure::kNoPortFree, RelaySocketFailure::kSystem,
                             RelaySocketFailure::kNoSuchReservation}) {
    Held held;
    EXPECT_EQ(held.world.ledger.total(), 1U);
    held.world.answer_open(failure);
    ASSERT_EQ(held.client.inbox.size(), 1U);
    EXPECT_EQ(held.client.inbox[0].error, 508);
    EXPECT_TRUE(held.client.inbox[0].has_sha1);
    EXPECT_EQ(held.world.ledger.total(), 0U);
    EXPECT_EQ(held.world.server().allocation_count(), 0U);
    EXPECT_EQ(held.world.seen.answers.back().user, "alice");
    EXPECT_EQ(held.world.seen.answers.back().realm, kRealm);
    EXPECT_TRUE(held.world.seen.deleted.empty());
  }
}

TEST(TwoPhase, ALateSocketIsClosedWhenTheClientHasGone) {
  Held held;
  held.world.server().on_client_gone(held.world.now, held.client.path.tuple);
  held.world.drain();
  EXPECT_EQ(held.world.ledger.total(), 0U);
  EXPECT_TRUE(held.world.seen.deleted.empty());
  held.world.answer_open();
  EXPECT_TRUE(held.client.inbox.empty());
  EXPECT_TRUE(held.world.sockets.empty());
  EXPECT_EQ(held.world.seen.closed_sockets.size(), 1U);
}

TEST(TwoPhase, ALateFailureIsForgotten) {
  Held held;
  held.world.server().on_client_gone(held.world.now, held.client.path.tuple);
  held.world.drain();
  held.world.answer_open(RelaySocketFailure::kSystem);
  EXPECT_TRUE(held.client.inbox.empty());
}

TEST(TwoPhase, OneOfTwoSocketsIsClosedWhenTheClientGoesInBetween) {
  World world;
  Client& client = world.client();
  client.try_call(Method::kRefresh);
  world.hold_opens = true;
  EXPECT_FALSE(client.try_call(Method::kAllocate,
                               [](TestRequest& r) { r.transport(kUdp).additional_family(kIpv6); }));
  world.answer_open();
  EXPECT_EQ(world.sockets.size(), 1U);
  EXPECT_TRUE(client.inbox.empty());
  world.server().on_client_gone(world.now, client.path.tuple);
  world.drain();
  world.answer_open();
  EXPECT_TRUE(world.sockets.empty());
  EXPECT_EQ(world.ledger.total(), 0U);
}

TEST(TwoPhase, ShutDownMeanwhileLeavesNothing) {
  Held held;
  held.world.server().shut_down(held.world.now);
  held.world.drain();
  held.world.answer_open();
  EXPECT_TRUE(held.world.sockets.empty());
  EXPECT_EQ(held.world.server().allocation_count(), 0U);
}

TEST(TwoPhase, TheLifetimeBeginsWithTheReply) {
  Held held;
  held.world.advance(seconds(5));
  held.world.answer_open();
  EXPECT_EQ(held.world.server().next_deadline(), held.world.now.monotonic + seconds(600));
}

TEST(TwoPhase, TheShellIsToldWhereTheRequestArrived) {
  World world;
  world.client("45.33.1.1:1").allocate();
  EXPECT_EQ(world.seen.opens[0].arrived_at.value, (Endpoint{kListenerIp, 3478}));
}

}  // namespace
}  // namespace turnpike::test
