// Refresh: RFC 8656 section 8.2.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using stun::Method;
using turn::CloseReason;

TEST(Refresh, StartsTheLifetimeAgain_Rfc8656_8_2) {
  World world;
  Client& client = world.client();
  client.allocate();
  world.advance(seconds(500));
  const auto reply = client.refresh();
  EXPECT_EQ(reply.lifetime, 600U);
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
  world.advance(seconds(599));
  EXPECT_EQ(world.server().allocation_count(), 1U);
  world.advance(seconds(2));
  EXPECT_EQ(world.server().allocation_count(), 0U);
  EXPECT_EQ(world.seen.refreshed, (std::vector<seconds>{seconds(600)}));
}

TEST(Refresh, LifetimesAreClamped_Rfc8656_8_2) {
  World world;
  Client& client = world.client();
  client.allocate();
  EXPECT_EQ(client.refresh(1).lifetime, 600U);
  EXPECT_EQ(client.refresh(1800).lifetime, 1800U);
  EXPECT_EQ(client.refresh(100000).lifetime, 3600U);
}

TEST(Refresh, MayShortenALife) {
  World world;
  Client& client = world.client();
  client.allocate([](TestRequest& r) { r.lifetime(3600); });
  client.refresh(600);
  world.advance(seconds(601));
  EXPECT_EQ(world.server().allocation_count(), 0U);
}

// B3: no second of waiting in between.
TEST(Refresh, ZeroEndsItAtOnce_Rfc8656_8_2) {
  World world;
  Client& client = world.client();
  client.allocate();
  const auto reply = client.refresh(0);
  EXPECT_TRUE(reply.success());
  EXPECT_EQ(reply.lifetime, 0U);
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
  EXPECT_TRUE(world.sockets.empty());
  ASSERT_EQ(world.seen.deleted.size(), 1U);
  EXPECT_EQ(world.seen.deleted[0].reason, CloseReason::kRefreshedToZero);
  EXPECT_EQ(world.seen.deleted[0].user, "alice");
  EXPECT_EQ(world.seen.answers.back().session, world.seen.deleted[0].id.value)
      << "the log's line about the reply names the session that it ended";
  EXPECT_TRUE(client.allocate().success());
}

TEST(Refresh, ZeroAgainIs437) {
  World world;
  Client& client = world.client();
  client.allocate();
  client.refresh(0);
  EXPECT_EQ(client.refresh(0).error, 437);
}

// B4: signed, so that the client may believe it.
TEST(Refresh, WithoutAllocationIs437AndSigned_Rfc8656_5) {
  World world;
  Client& client = world.client();
  const auto reply = client.refresh();
  EXPECT_EQ(reply.error, 437);
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
}

TEST(Refresh, ByAnotherUserIs441AndSigned_Rfc8656_5) {
  World world;
  Client& client = world.client();
  client.allocate();
  client.user = "bob";
  client.password = "builder";
  const auto reply = client.refresh(0);
  EXPECT_EQ(reply.error, 441);
  EXPECT_TRUE(reply.signed_with(world.digests, client.key().view()));
  EXPECT_EQ(world.server().allocation_count(), 1U);
}

TEST(Refresh, AFamilyThatTheAllocationLacksIs443_Rfc8656_8_2) {
  World world;
  Client& client = world.client();
  client.allocate();
  const auto with_family = [&](std::uint8_t family) {
    return client.call(Method::kRefresh, [&](TestRequest& r) { r.family(family); });
  };
  EXPECT_EQ(with_family(kIpv6).error, 443);
  EXPECT_EQ(with_family(77).error, 443);
  EXPECT_TRUE(with_family(kIpv4).success());
}

TEST(Refresh, ZeroEndsOneOfTwoFamilies) {
  World world;
  Client& client = world.client();
  client.allocate([](TestRequest& r) { r.additional_family(kIpv6); });
  client.bind(0x4000, endpoint("[2a00:1450::9]:1"));
  client.bind(0x4001, endpoint("8.8.4.4:1"));
  const auto end = [&](std::uint8_t family) {
    return client.call(Method::kRefresh, [&](TestRequest& r) { r.family(family).lifetime(0); });
  };
  EXPECT_TRUE(end(kIpv6).success());
  EXPECT_EQ(world.sockets.size(), 1U);
  EXPECT_EQ(client.send_channel(0x4000, "x").drop, turn::DropReason::kNoChannel);
  EXPECT_EQ(client.send_channel(0x4001, "x").drop, turn::DropReason::kNone);
  EXPECT_EQ(client.permit(endpoint("[2a00:1450::9]:1")).error, 443);
  EXPECT_EQ(end(kIpv6).error, 443);
  EXPECT_TRUE(end(kIpv4).success());
  EXPECT_EQ(world.server().allocation_count(), 0U);
}

TEST(Refresh, ARetransmissionIsHarmless_Rfc8656_8_2) {
  World world;
  Client& client = world.client();
  client.allocate();
  const auto bytes = client.signed_request(Method::kRefresh, transaction(900));
  const auto first = client.exchange(bytes);
  const auto second = client.exchange(bytes);
  EXPECT_EQ(first->bytes, second->bytes);
}

TEST(Refresh, AMalformedLifetimeIs400) {
  World world;
  Client& client = world.client();
  client.allocate();
  EXPECT_EQ(client.call(Method::kRefresh,
                        [](TestRequest& r) {
                          r.raw(0x000d, {0, 0});
                        })
                .error,
            400);
}

}  // namespace
}  // namespace turnpike::test
