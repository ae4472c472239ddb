// The checks one by one; whole exchanges are in tests/scenario/authentication_test.cc.
#include "relay/turn/authentication.h"

#include <gtest/gtest.h>

#include "relay/crypto/openssl_digests.h"
#include "tests/support/test_request.h"

namespace turnpike::turn {
namespace {

using credentials::PasswordAlgorithm;
using stun::AttributeType;
using stun::ErrorCode;
using stun::MessageClass;

struct Bench {
  crypto::OpensslDigests digests;
  Policy policy;
  ClientAddress client{{IpAddress::v4(1, 2, 3, 4), 5}};
  WallTime wall{seconds(1'767'225'600)};
  std::vector<std::uint8_t> bytes;

  Bench() {
    policy.realm = "r";
    policy.nonces = NonceMint({Secret("k"), seconds(600), false});
    credentials::AuthenticatorSettings settings;
    settings.accounts_enabled = true;
    settings.accounts.push_back({"u", Secret("p"), std::nullopt});
    settings.realm = "r";
    policy.authenticator = credentials::Authenticator(settings);
  }
  Bytes key(std::string_view password) {
    key_ = long_term_key(digests, PasswordAlgorithm::kMd5, "u", "r", password);
    return key_.view();
  }
  Result<Caller, Denial> check(std::string_view realm, std::string_view password,
                               const KnownCaller* known = nullptr) {
    test::TestRequest request(MessageClass::kRequest, stun::Method::kRefresh, {});
    request.text(AttributeType::kUsername, "u").text(AttributeType::kRealm, realm);
    request.text(AttributeType::kNonce, policy.nonces.mint(digests, client, wall).view());
    bytes = request.sign_sha1(digests, key(password)).bytes();
    const auto view = stun::MessageView::parse(bytes);
    return authenticate({policy, digests, client, wall, known}, *view, decode_request(*view)->head);
  }

 private:
  credentials::LongTermKey key_;
};

TEST(Authenticate, AcceptsTheRightPassword) {
  Bench bench;
  const auto caller = bench.check("r", "p");
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->user, "u");
  EXPECT_EQ(caller->quota_user, "u");
  ASSERT_TRUE(caller->reply_key);
  EXPECT_FALSE(caller->reply_key->sha256);
}

TEST(Authenticate, RefusesAWrongPasswordWithAChallenge) {
  Bench bench;
  const auto caller = bench.check("r", "q");
  ASSERT_FALSE(caller);
  EXPECT_EQ(caller.error().code, ErrorCode::kUnauthenticated);
  EXPECT_TRUE(caller.error().challenge);
  EXPECT_EQ(caller.error().failure, AuthFailure::kRefused);
  EXPECT_FALSE(caller.error().reply_key);
}

TEST(Authenticate, RefusesAnotherRealm) {
  Bench bench;
  EXPECT_EQ(bench.check("s", "p").error().failure, AuthFailure::kWrongRealm);
}

TEST(Authenticate, TheKeyOfTheAllocationIsEnough) {
  Bench bench;
  KnownCaller known{"u", "r", {}};
  known.key.key =
      long_term_key(bench.digests, PasswordAlgorithm::kMd5, "u", "r", "an older password");
  EXPECT_TRUE(bench.check("r", "an older password", &known));
  EXPECT_FALSE(bench.check("r", "an older password"));
  known.user = "v";
  EXPECT_FALSE(bench.check("r", "an older password", &known));
}

TEST(Authenticate, TheOfferNamesSha256First) {
  const Bytes offered = offered_password_algorithms();
  ASSERT_EQ(offered.size(), 8U);
  EXPECT_EQ(load_be16(offered.data()), 2);
  EXPECT_EQ(load_be16(offered.data() + 4), 1);
}

}  // namespace
}  // namespace turnpike::turn
