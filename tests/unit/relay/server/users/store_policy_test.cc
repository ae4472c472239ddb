#include "relay/server/users/store_policy.h"

#include <gtest/gtest.h>

#include "relay/crypto/openssl_digests.h"

namespace turnpike::server {
namespace {

using credentials::Revocation;
using credentials::RevocationKind;

PolicyBase base() {
  PolicyBase b;
  b.authenticator.shared_secrets_enabled = true;
  b.authenticator.realm = "r";
  b.authenticator.shared_secrets.emplace_back("static");
  b.peers.denied.push_back(*turn::IpRange::parse("9.9.9.9"));
  b.policy.limits.max_bytes_per_s = 5;
  return b;
}

bool accepts(const turn::Policy& policy, std::string_view secret) {
  const crypto::OpensslDigests digests;
  const std::string user = "2000000000:u";
  const Secret password = credentials::rest_password(digests, Secret(std::string(secret)), user);
  const auto key =
      long_term_key(digests, credentials::PasswordAlgorithm::kMd5, user, "r", password.reveal());
  return policy.authenticator
      .authenticate(digests, user, credentials::PasswordAlgorithm::kMd5, WallTime(seconds(1)),
                    [&key](Bytes offered) { return equal_constant_time(offered, key.view()); })
      .has_value();
}

TEST(PolicyWithStore, AddsToTheConfiguration) {
  StoreSnapshot snapshot;
  snapshot.secrets.emplace_back("stored");
  snapshot.denied_peers = {"8.8.8.0/24"};
  snapshot.allowed_peers = {"10.1.0.0/16", "nonsense"};
  snapshot.max_bps = 7;
  const auto policy = policy_with_store(base(), snapshot);
  ASSERT_TRUE(policy);
  EXPECT_TRUE(accepts(**policy, "static"));
  EXPECT_TRUE(accepts(**policy, "stored"));
  EXPECT_FALSE(accepts(**policy, "other"));
  EXPECT_FALSE((*policy)->peers.check(IpAddress::v4(9, 9, 9, 9)).allowed());
  EXPECT_FALSE((*policy)->peers.check(IpAddress::v4(8, 8, 8, 8)).allowed());
  EXPECT_TRUE((*policy)->peers.check(IpAddress::v4(10, 1, 2, 3)).allowed());
  EXPECT_EQ((*policy)->limits.max_bytes_per_s, 7U);
  EXPECT_EQ((*policy_with_store(base(), {}))->limits.max_bytes_per_s, 5U);
}

TEST(PolicyWithStore, ADenyListThatCannotBeReadIsAnError) {
  StoreSnapshot snapshot;
  snapshot.denied_peers = {"10.0.0.0-9.0.0.0"};
  const auto policy = policy_with_store(base(), snapshot);
  ASSERT_FALSE(policy);
  EXPECT_NE(policy.error().text.find("10.0.0.0-9.0.0.0"), std::string::npos);
}

TEST(CompareRevocations, SaysWhatCameAndWent) {
  const Revocation stays{RevocationKind::kUser, "stays", 10, 1, ""};
  const Revocation goes{RevocationKind::kUser, "goes", 10, 1, ""};
  const Revocation comes{RevocationKind::kSession, "comes", 10, 1, ""};
  const Revocation longer{RevocationKind::kUser, "longer", 20, 1, ""};
  const Revocation longer_before{RevocationKind::kUser, "longer", 10, 1, ""};
  const Revocation shorter{RevocationKind::kUser, "shorter", 5, 1, ""};
  const Revocation shorter_before{RevocationKind::kUser, "shorter", 10, 1, ""};
  const RevocationChange change = compare_revocations({stays, goes, longer_before, shorter_before},
                                                      {stays, comes, longer, shorter});
  EXPECT_EQ(change.added, (std::vector<Revocation>{comes, longer, shorter}));
  EXPECT_EQ(change.lifted, (std::vector<Revocation>{shorter_before, goes}));
}

}  // namespace
}  // namespace turnpike::server
