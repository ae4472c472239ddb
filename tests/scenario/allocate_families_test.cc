// Address families of allocations: RFC 8656 section 7.2 (REQUESTED- and ADDITIONAL-ADDRESS-FAMILY).
#include <gtest/gtest.h>

#include "tests/support/turn_world.h"

namespace turnpike::test {
namespace {

using turn::DefaultFamily;
using turn::RelaySocketFailure;

Client::Fill wants(std::uint8_t family) {
  return [family](TestRequest& request) { request.family(family); };
}

void wants_both(TestRequest& request) {
  request.additional_family(kIpv6);
}

TEST(Families, RequestedAddressFamilyIsHonoured_Rfc8656_7_2) {
  World world;
  const auto v6 = world.client("45.33.1.1:1").allocate(wants(kIpv6));
  ASSERT_EQ(v6.relayed.size(), 1U);
  EXPECT_EQ(v6.relayed[0].ip, kRelayV6);
  const auto v4 = world.client("45.33.1.1:2").allocate(wants(kIpv4));
  EXPECT_EQ(v4.relayed[0].ip, kRelayAdvertised);
}

TEST(Families, AFamilyThatIsNotThereIs440_Rfc8656_7_2) {
  World world([](turn::Policy& policy) { policy.relay_ipv6 = false; });
  const auto reply = world.client().allocate(wants(kIpv6));
  EXPECT_EQ(reply.error, 440);
  EXPECT_TRUE(reply.has_sha1);
}

TEST(Families, AnUnknownFamilyIs440_Rfc8656_7_2) {
  World world;
  EXPECT_EQ(world.client().allocate(wants(3)).error, 440);
}

TEST(Families, WithoutTheAttributeItIsIpv4_Rfc8656_7_2) {
  World world;
  // Browsers on IPv6 count on this.
  EXPECT_EQ(world.client("[2a00:1450::7]:5").allocate().relayed[0].ip, kRelayAdvertised);
}

TEST(Families, KeepGivesTheClientsOwn) {
  World world([](turn::Policy& policy) { policy.default_family = DefaultFamily::kKeep; });
  EXPECT_EQ(world.client("[2a00:1450::7]:5").allocate().relayed[0].ip, kRelayV6);
  EXPECT_EQ(world.client("45.33.1.1:5").allocate().relayed[0].ip, kRelayAdvertised);
}

TEST(Families, KeepFallsBackToIpv4) {
  World world([](turn::Policy& policy) {
    policy.default_family = DefaultFamily::kKeep;
    policy.relay_ipv6 = false;
  });
  EXPECT_EQ(world.client("[2a00:1450::7]:5").allocate().relayed[0].ip, kRelayAdvertised);
}

TEST(Families, TheDefaultCanBeIpv6) {
  World world([](turn::Policy& policy) { policy.default_family = DefaultFamily::kIpv6; });
  EXPECT_EQ(world.client().allocate().relayed[0].ip, kRelayV6);
}

TEST(Families, BothAtOnceGiveTwoRelayedAddresses_Rfc8656_7_2) {
  World world;
  Client& client = world.client();
  const auto reply = client.allocate(wants_both);
  ASSERT_TRUE(reply.success());
  ASSERT_EQ(reply.relayed.size(), 2U);
  EXPECT_EQ(reply.relayed[0].ip, kRelayAdvertised);
  EXPECT_EQ(reply.relayed[1].ip, kRelayV6);
  EXPECT_FALSE(reply.address_error);
  EXPECT_EQ(world.server().allocation_count(), 1U);
  EXPECT_TRUE(client.permit(endpoint("8.8.4.4:1")).success());
  EXPECT_TRUE(client.permit(endpoint("[2a00:1450::9]:1")).success());
  EXPECT_EQ(client.send_indication(endpoint("[2a00:1450::9]:1"), "x").socket,
            client.socket(AddressFamily::kIpv6)->id);
  EXPECT_EQ(client.send_indication(endpoint("8.8.4.4:1"), "x").socket,
            client.socket(AddressFamily::kIpv4)->id);
}

// B2: no 0.0.0.0:0 in the place of what is missing.
TEST(Families, OneOfTwoIsSuccessWithAddressErrorCode_Rfc8656_7_2) {
  World world([](turn::Policy& policy) { policy.relay_ipv6 = false; });
  const auto reply = world.client().allocate(wants_both);
  ASSERT_TRUE(reply.success());
  ASSERT_EQ(reply.relayed.size(), 1U);
  EXPECT_EQ(reply.relayed[0].ip, kRelayAdvertised);
  ASSERT_TRUE(reply.address_error);
  EXPECT_EQ(reply.address_error->family, kIpv6);
  EXPECT_EQ(reply.address_error->code, 440);
}

TEST(Families, OneOfTwoSocketsFailingIsSuccessWithAddressErrorCode_Rfc8656_7_2) {
  World world;
  world.fail_opens[AddressFamily::kIpv4] = RelaySocketFailure::kNoPortFree;
  const auto reply = world.client().allocate(wants_both);
  ASSERT_TRUE(reply.success());
  ASSERT_EQ(reply.relayed.size(), 1U);
  EXPECT_EQ(reply.relayed[0].ip, kRelayV6);
  ASSERT_TRUE(reply.address_error);
  EXPECT_EQ(reply.address_error->family, kIpv4);
  EXPECT_EQ(reply.address_error->code, 508);
}

TEST(Families, BothFailingIsAnError) {
  World world;
  world.fail_opens[AddressFamily::kIpv4] = RelaySocketFailure::kNoPortFree;
  world.fail_opens[AddressFamily::kIpv6] = RelaySocketFailure::kSystem;
  EXPECT_EQ(world.client().allocate(wants_both).error, 508);
  EXPECT_EQ(world.ledger.total(), 0U);
}

TEST(Families, ContradictionsAre400_Rfc8656_7_2) {
  World world;
  Client& client = world.client();
  const std::vector<Client::Fill> wrong = {
      [](TestRequest& r) { r.family(kIpv4).additional_family(kIpv6); },
      [](TestRequest& r) { r.additional_family(kIpv4); },
      [](TestRequest& r) { r.additional_family(9); },
      [](TestRequest& r) { r.additional_family(kIpv6).even_port(true); },
      [](TestRequest& r) { r.token({}).even_port(false); },
      [](TestRequest& r) { r.token({}).family(kIpv4); },
      [](TestRequest& r) { r.token({}).additional_family(kIpv6); },
  };
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    EXPECT_EQ(client.allocate(wrong[i]).error, 400) << i;
  }
  EXPECT_TRUE(world.seen.opens.empty());
}

TEST(Families, AnEvenPortWithoutTheNextGoesWithBothFamilies_Rfc8656_7_2) {
  World world;
  const auto reply =
      world.client().allocate([](TestRequest& r) { r.additional_family(kIpv6).even_port(false); });
  ASSERT_EQ(reply.relayed.size(), 2U);
  EXPECT_EQ(reply.relayed[0].port % 2, 0);
  EXPECT_EQ(reply.relayed[1].port % 2, 0);
}

}  // namespace
}  // namespace turnpike::test
