#include "relay/server/policy_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "relay/crypto/openssl_digests.h"

namespace turnpike::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

PolicyOutcome build(const conf::TurnserverConfig& config, unsigned shards = 1) {
  SeededRng rng(1);
  NetworkPlan plan;
  plan.relay_addresses = {IpAddress::v4(192, 0, 2, 1)};
  return build_policy(config, plan, "Turnpike-test", shards, rng);
}

conf::TurnserverConfig with_realm() {
  conf::TurnserverConfig config;
  config.realm = "example.org";
  return config;
}

bool accepts(const PolicyOutcome& out, std::string_view user, Bytes key) {
  const crypto::OpensslDigests digests;
  return out.base.policy.authenticator
      .authenticate(digests, user, credentials::PasswordAlgorithm::kMd5, WallTime(seconds(1000)),
                    [&](Bytes candidate) { return equal_constant_time(candidate, key); })
      .has_value();
}

TEST(PolicyBuilder, DefaultsAreSafe) {
  const auto out = build(with_realm());
  EXPECT_THAT(out.errors, IsEmpty());
  EXPECT_TRUE(out.base.policy.authentication);
  EXPECT_TRUE(out.base.policy.relay_ipv4);
  EXPECT_FALSE(out.base.policy.relay_ipv6);
  EXPECT_TRUE(out.base.policy.software.empty());
  EXPECT_FALSE(out.base.policy.peers.check(IpAddress::v4(10, 0, 0, 1)).allowed());
  EXPECT_TRUE(out.base.policy.peers.check(IpAddress::v4(8, 8, 8, 8)).allowed());
  EXPECT_GT(out.base.policy.challenges.replies_per_s, 0U);
}

TEST(PolicyBuilder, AccountsByPasswordAndByKey) {
  auto config = with_realm();
  config.lt_cred_mech = true;
  config.user = {Secret("alice:pass:with:colons"),
                 Secret("bob:0x000102030405060708090a0b0c0d0e0f")};
  const auto out = build(config);
  ASSERT_THAT(out.errors, IsEmpty());
  const crypto::OpensslDigests digests;
  const auto key = credentials::long_term_key(digests, credentials::PasswordAlgorithm::kMd5,
                                              "alice", "example.org", "pass:with:colons");
  EXPECT_TRUE(accepts(out, "alice", key.view()));
  Md5 given{};
  for (std::uint8_t i = 0; i < 16; ++i) given[i] = i;
  EXPECT_TRUE(accepts(out, "bob", given));
  EXPECT_FALSE(accepts(out, "bob", key.view()));
}

TEST(PolicyBuilder, ABadUserLineIsNamedWithoutItsPassword) {
  auto config = with_realm();
  config.lt_cred_mech = true;
  config.user = {Secret("nocolonhunter2"), Secret("carol:0xhunter2")};
  const auto out = build(config);
  ASSERT_EQ(out.errors.size(), 2U);
  for (const std::string& error : out.errors) EXPECT_THAT(error, Not(HasSubstr("hunter2")));
  EXPECT_THAT(out.errors[1], HasSubstr("carol"));
}

TEST(PolicyBuilder, PeerLists) {
  auto config = with_realm();
  config.allowed_peer_ip = {"10.1.0.0/16"};
  config.denied_peer_ip = {"8.8.8.8", "9.0.0.0-9.255.255.255"};
  const auto out = build(config);
  ASSERT_THAT(out.errors, IsEmpty());
  EXPECT_TRUE(out.base.policy.peers.check(IpAddress::v4(10, 1, 2, 3)).allowed());
  EXPECT_FALSE(out.base.policy.peers.check(IpAddress::v4(8, 8, 8, 8)).allowed());
  EXPECT_FALSE(out.base.policy.peers.check(IpAddress::v4(9, 9, 9, 9)).allowed());
  config.denied_peer_ip = {"10.0.0.0-9.0.0.0"};
  EXPECT_THAT(build(config).errors, ElementsAre(HasSubstr("denied-peer-ip")));
}

TEST(PolicyBuilder, LimitsAreSharedBetweenShards) {
  auto config = with_realm();
  config.max_allocations = 1001;
  config.max_bps = 5000;
  const auto out = build(config, 2);
  EXPECT_EQ(out.base.policy.limits.max_allocations, 501U);
  EXPECT_EQ(out.base.policy.limits.max_bytes_per_s, 5000U);
}

TEST(PolicyBuilder, AShortMaximumLifetimeBoundsTheDefault) {
  auto config = with_realm();
  config.max_allocate_lifetime = seconds(60);
  const auto out = build(config);
  EXPECT_EQ(out.base.policy.lifetimes.allocation_default, seconds(60));
  EXPECT_EQ(out.base.policy.lifetimes.allocation_max, seconds(60));
}

TEST(PolicyBuilder, WithoutARealmBrowsersStillGetOne) {
  conf::TurnserverConfig config;
  config.lt_cred_mech = true;
  const auto out = build(config);
  EXPECT_FALSE(out.base.policy.realm.empty());
  EXPECT_THAT(out.warnings, ElementsAre(HasSubstr("realm=")));
}

TEST(PolicyBuilder, SoftwareOnlyWhenAsked) {
  auto config = with_realm();
  config.software_attribute = true;
  EXPECT_EQ(build(config).base.policy.software, "Turnpike-test");
}

}  // namespace
}  // namespace turnpike::server
