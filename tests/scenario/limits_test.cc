// Quotas and bounds: 486 and 508 of RFC 8656 sections 7.2, 10.2 and 12.2.
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

const Endpoint kPeer = endpoint("8.8.4.4:1000");

TEST(Limits, TheUsersQuotaIs486AndSigned_Rfc8656_7_2) {
  World world;
  world.ledger.user_quota = 2;
  EXPECT_TRUE(world.client("45.33.1.1:1").allocate().success());
  Client& second = world.client("45.33.1.1:2");
  EXPECT_TRUE(second.allocate().success());
  const auto reply = world.client("45.33.1.1:3").allocate();
  EXPECT_EQ(reply.error, 486);
  EXPECT_TRUE(reply.has_sha1);
  EXPECT_TRUE(world.client("45.33.1.1:4", Transport::kUdp, "bob").allocate().success());
  second.refresh(0);
  EXPECT_TRUE(world.client("45.33.1.1:5").allocate().success());
}

TEST(Limits, QuotasCountTheNameWithoutItsTime) {
  World world;
  world.ledger.user_quota = 1;
  const auto allocate_as = [&](const std::string& user, int port) {
    Client& client = world.client("45.33.1.1:" + std::to_string(port), Transport::kUdp, user);
    client.password = credentials::rest_password(world.digests, Secret("north"), user).reveal();
    return client.allocate().error;
  };
  EXPECT_EQ(allocate_as("1767229200:carol", 1), 0);
  EXPECT_EQ(allocate_as("1767229300:carol", 2), 486);
  EXPECT_EQ(allocate_as("1767229300:dave", 3), 0);
  world.server().shut_down(world.now);
  world.drain();
  EXPECT_EQ(world.ledger.total(), 0U);
}

TEST(Limits, TheTotalQuotaIs486_Rfc8656_7_2) {
  World world;
  world.ledger.total_quota = 1;
  world.client("45.33.1.1:1").allocate();
  EXPECT_EQ(world.client("45.33.1.1:2", Transport::kUdp, "bob").allocate().error, 486);
}

TEST(Limits, TheBandwidthCapacityIs486) {
  World world([](turn::Policy& policy) { policy.limits.max_bytes_per_s = 100; });
  world.ledger.capacity = 250;
  EXPECT_TRUE(world.client("45.33.1.1:1").allocate().success());
  EXPECT_TRUE(world.client("45.33.1.1:2").allocate().success());
  EXPECT_EQ(world.client("45.33.1.1:3").allocate().error, 486);
  EXPECT_EQ(world.ledger.reserved(), 200U);
}

TEST(Limits, WhatWasReservedIsReleasedAlsoUnderAnotherPolicy) {
  World world([](turn::Policy& policy) { policy.limits.max_bytes_per_s = 100; });
  Client& client = world.client();
  client.allocate();
  world.change_policy([](turn::Policy& policy) { policy.limits.max_bytes_per_s = 999; });
  client.refresh(0);
  EXPECT_EQ(world.ledger.reserved(), 0U);
}

TEST(Limits, AFullTableIs508) {
  World world([](turn::Policy& policy) { policy.limits.max_allocations = 1; });
  Client& first = world.client("45.33.1.1:1");
  first.allocate();
  EXPECT_EQ(world.client("45.33.1.1:2").allocate().error, 508);
  EXPECT_EQ(world.ledger.total(), 1U);
  first.refresh(0);
  EXPECT_TRUE(world.client("45.33.1.1:3").allocate().success());
}

TEST(Limits, NoFreePortIs508_Rfc8656_7_2) {
  World world;
  world.fail_opens[AddressFamily::kIpv4] = turn::RelaySocketFailure::kNoPortFree;
  EXPECT_EQ(world.client().allocate().error, 508);
}

TEST(Limits, PermissionsAreBounded_Rfc8656_10_2) {
  World world([](turn::Policy& policy) { policy.limits.max_permissions = 2; });
  Client& client = world.client();
  client.allocate();
  EXPECT_TRUE(client.permit(endpoint("8.8.4.1:1")).success());
  EXPECT_EQ(
      client
          .call(stun::Method::kCreatePermission,
                [](TestRequest& r) { r.peer(endpoint("8.8.4.2:1")).peer(endpoint("8.8.4.3:1")); })
          .error,
      508);
  // The same peer twice counts once, and so does one that is known.
  EXPECT_TRUE(client
                  .call(stun::Method::kCreatePermission,
                        [](TestRequest& r) {
                          r.peer(endpoint("8.8.4.2:1")).peer(endpoint("8.8.4.2:9"));
                          r.peer(endpoint("8.8.4.1:1"));
                        })
                  .success());
  EXPECT_EQ(client.permit(endpoint("8.8.4.3:1")).error, 508);
  EXPECT_EQ(client.bind(0x4000, endpoint("8.8.4.3:1")).error, 508);
  EXPECT_TRUE(client.permit(endpoint("8.8.4.1:1")).success());
  world.advance(seconds(301));
  EXPECT_TRUE(client.permit(endpoint("8.8.4.3:1")).success());
}

TEST(Limits, PermissionsThatExpiredMakeRoomBeforeTheSweep) {
  World world([](turn::Policy& policy) { policy.limits.max_permissions = 1; });
  Client& client = world.client();
  client.allocate();
  client.permit(endpoint("8.8.4.1:1"));
  world.advance_without_sweep(seconds(301));
  EXPECT_TRUE(client.permit(endpoint("8.8.4.2:1")).success());
}

TEST(Limits, ChannelsAreBounded_Rfc8656_12_2) {
  World world([](turn::Policy& policy) { policy.limits.max_channels = 2; });
  Client& client = world.client();
  client.allocate();
  EXPECT_TRUE(client.bind(0x4000, {kPeer.ip, 1}).success());
  EXPECT_TRUE(client.bind(0x4001, {kPeer.ip, 2}).success());
  EXPECT_EQ(client.bind(0x4002, {kPeer.ip, 3}).error, 508);
  EXPECT_TRUE(client.bind(0x4001, {kPeer.ip, 2}).success());
}

TEST(Limits, TooManyPeersInOneRequestAre508) {
  World world;
  Client& client = world.client();
  client.allocate();
  const auto reply = client.call(stun::Method::kCreatePermission, [](TestRequest& r) {
    for (std::uint32_t i = 0; i < 129; ++i) r.peer({IpAddress::v4(0x08080000 + i), 1});
  });
  EXPECT_EQ(reply.error, 508);
  EXPECT_TRUE(world.seen.permissions_installed.empty());
}

// T27: the ledger's balance is the number of allocations, whatever happens.
TEST(Limits, QuotaFollowsTheAllocations) {
  World world;
  std::vector<Client*> clients;
  for (int i = 1; i <= 10; ++i) {
    clients.push_back(&world.client("45.33.1.1:" + std::to_string(i), Transport::kTcp));
    clients.back()->allocate();
    EXPECT_EQ(world.ledger.total(), world.server().allocation_count());
  }
  clients[0]->refresh(0);
  EXPECT_EQ(world.ledger.total(), 9U);
  world.server().on_client_gone(world.now, clients[1]->path.tuple);
  world.drain();
  EXPECT_EQ(world.ledger.total(), 8U);
  world.advance(seconds(601));
  EXPECT_EQ(world.ledger.total(), 0U);
}

}  // namespace
}  // namespace turnpike::test
