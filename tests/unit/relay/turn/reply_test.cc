#include "relay/turn/reply.h"

#include <gtest/gtest.h>

#include "relay/crypto/openssl_digests.h"
#include "tests/support/parsed_reply.h"

namespace turnpike::turn {
namespace {

using stun::MessageClass;

struct Bench {
  crypto::OpensslDigests digests;
  Policy policy;
  Outbox outbox;
  ReplyTarget target{.to = {}, .method = stun::Method::kRefresh, .id = {}, .key = std::nullopt};

  Bench() {
    policy.realm = "r";
    policy.software = "Turnpike";
    policy.nonces = NonceMint({Secret("k"), seconds(600), false});
  }
  ReplyKey key(bool sha256) {
    return {
        credentials::long_term_key(digests, credentials::PasswordAlgorithm::kMd5, "u", "r", "p"),
        sha256};
  }
  template <class Fill>
  test::ParsedReply reply(Fill fill) {
    Reply reply({outbox, policy, digests}, target, MessageClass::kError);
    fill(reply);
    EXPECT_TRUE(reply.send());
    return *test::parse_reply(outbox.bytes(std::get<SendToClient>(outbox.effects().back())));
  }
};

void bad_request(Reply& reply) {
  reply.add_error(stun::ErrorCode::kBadRequest);
}

TEST(Reply, ToAStrangerIsBare) {
  Bench bench;
  const auto reply = bench.reply(bad_request);
  EXPECT_EQ(reply.error, 400);
  EXPECT_EQ(reply.reason, "");
  EXPECT_FALSE(reply.software || reply.has_sha1 || reply.fingerprint);
}

TEST(Reply, ToAKnownCallerIsSignedAndSpeaks) {
  Bench bench;
  bench.target.key = bench.key(false);
  bench.target.fingerprint = true;
  const auto reply = bench.reply(bad_request);
  EXPECT_EQ(reply.reason, "Bad Request");
  EXPECT_EQ(reply.software, "Turnpike");
  EXPECT_TRUE(reply.has_sha1 && reply.fingerprint);
  EXPECT_TRUE(reply.signed_with(bench.digests, bench.key(false).key.view()));
}

TEST(Reply, IsSignedWithSha256WhereTheRequestWas) {
  Bench bench;
  bench.target.key = bench.key(true);
  const auto reply = bench.reply(bad_request);
  EXPECT_TRUE(reply.has_sha256);
  EXPECT_TRUE(reply.signed_with(bench.digests, bench.key(true).key.view()));
}

TEST(Reply, OverStreamsNamesTheSoftware) {
  Bench bench;
  bench.target.to.tuple.transport = Transport::kTls;
  EXPECT_EQ(bench.reply(bad_request).software, "Turnpike");
  bench.policy.software.clear();
  EXPECT_FALSE(bench.reply(bad_request).software);
}

TEST(Reply, ToClassicClientsHasNothingNew) {
  Bench bench;
  bench.target.classic = true;
  bench.target.fingerprint = true;
  bench.target.to.tuple.transport = Transport::kTcp;
  const auto reply = bench.reply(bad_request);
  EXPECT_FALSE(reply.software || reply.fingerprint);
}

TEST(Reply, ChallengesOfferAlgorithmsWhenConfigured) {
  Bench bench;
  const auto challenge = [](Reply& reply) { reply.add_challenge(WallTime(seconds(1000))); };
  EXPECT_TRUE(bench.reply(challenge).password_algorithms.empty());
  bench.policy.offer_sha256 = true;
  const auto reply = bench.reply(challenge);
  EXPECT_EQ(reply.realm, "r");
  EXPECT_TRUE(reply.nonce);
  EXPECT_EQ(reply.password_algorithms.size(), 8U);
}

TEST(Reply, ThatDoesNotFitIsNotSent) {
  Bench bench;
  Reply reply({bench.outbox, bench.policy, bench.digests}, bench.target, MessageClass::kError);
  reply.message().add_text(stun::AttributeType::kRealm, std::string(1300, 'x'));
  EXPECT_FALSE(reply.send());
  EXPECT_TRUE(bench.outbox.empty());
}

}  // namespace
}  // namespace turnpike::turn
