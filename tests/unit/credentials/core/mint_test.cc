#include "credentials/core/mint.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "credentials/core/authenticator.h"
#include "relay/crypto/openssl_digests.h"

namespace turnpike::credentials {
namespace {

constexpr WallTime kTime{seconds(1767139200)};  // one day before 1767225600

MintSettings settings() {
  MintSettings s;
  s.secrets = {Secret("W3dEO1VoSURAJVtCeGdPVHoqYWtOJiMoaUhCYEFRemFsSW0q"), Secret("old")};
  return s;
}

MintedCredential made(const MintSettings& s, const MintRequest& request) {
  const crypto::OpensslDigests digests;
  auto credential = mint(digests, s, request, kTime);
  EXPECT_TRUE(credential);
  return credential.value_or(MintedCredential{});
}

MintFailure failure(const MintSettings& s, const MintRequest& request) {
  const crypto::OpensslDigests digests;
  const auto credential = mint(digests, s, request, kTime);
  EXPECT_FALSE(credential);
  return credential ? MintFailure{} : credential.error();
}

TEST(Mint, MakesTheKnownCredential) {
  const MintedCredential credential = made(settings(), {.user = "alice"});
  EXPECT_EQ(credential.username, "1767225600:alice");
  EXPECT_EQ(credential.password.reveal(), "6fzW4r9uMN2VGgcnFZ0hLi7rf6U=");
  EXPECT_EQ(credential.expires_s, 1767225600);
  EXPECT_EQ(credential.lifetime, seconds(86400));
}

TEST(Mint, TheSessionStandsBeforeTheUser) {
  EXPECT_EQ(made(settings(), {.user = "alice", .session = "s1"}).username, "1767225600:s1:alice");
  EXPECT_EQ(made(settings(), {.user = "@me:host"}).username, "1767225600:@me:host");
  EXPECT_EQ(made(settings(), {}).username, "1767225600");
  MintSettings dashed = settings();
  dashed.separator = '-';
  EXPECT_EQ(made(dashed, {.user = "bob", .session = "s:1"}).username, "1767225600-s:1-bob");
}

TEST(Mint, CutsTheLifetimeToTheMost) {
  MintSettings s = settings();
  s.max_lifetime = seconds(3600);
  EXPECT_EQ(made(s, {.user = "a", .lifetime = seconds(60)}).lifetime, seconds(60));
  EXPECT_EQ(made(s, {.user = "a", .lifetime = seconds(7200)}).lifetime, seconds(3600));
  EXPECT_EQ(made(s, {.user = "a"}).lifetime, seconds(3600));
}

TEST(Mint, WhatItMakesIsAccepted) {
  const crypto::OpensslDigests digests;
  const MintedCredential credential = made(settings(), {.user = "alice", .session = "s1"});
  AuthenticatorSettings relay;
  relay.shared_secrets_enabled = true;
  relay.shared_secrets = {Secret("another"), settings().secrets[0]};
  relay.realm = "r";
  const LongTermKey key = long_term_key(digests, PasswordAlgorithm::kMd5, credential.username, "r",
                                        credential.password.reveal());
  const auto identity = Authenticator(relay).authenticate(
      digests, credential.username, PasswordAlgorithm::kMd5, kTime,
      [&key](Bytes offered) { return equal_constant_time(offered, key.view()); });
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->quota_user, "s1:alice");
}

TEST(Mint, TheHashCanBeSha256) {
  MintSettings s = settings();
  s.hash = RestHash::kSha256;
  const crypto::OpensslDigests digests;
  const auto expected =
      digests.hmac_sha256(s.secrets[0].reveal_bytes(), {as_bytes("1767225600:alice")});
  EXPECT_EQ(made(s, {.user = "alice"}).password.reveal(), base64_encode(expected));
}

TEST(Mint, RefusesWhatCannotBeAName) {
  EXPECT_EQ(failure(settings(), {.user = "a\nb"}), MintFailure::kBadUser);
  EXPECT_EQ(failure(settings(), {.user = std::string(256, 'a')}), MintFailure::kBadUser);
  EXPECT_EQ(failure(settings(), {.user = "a", .session = "s:1"}), MintFailure::kBadSession);
  EXPECT_EQ(failure(settings(), {.user = "a", .session = std::string(128, 's')}),
            MintFailure::kBadSession);
  EXPECT_EQ(failure(settings(), {.user = "a", .lifetime = seconds(0)}), MintFailure::kBadLifetime);
  EXPECT_EQ(failure({}, {.user = "a"}), MintFailure::kNoSecret);
  for (const auto what : {MintFailure::kNoSecret, MintFailure::kBadUser, MintFailure::kBadSession,
                          MintFailure::kBadLifetime}) {
    EXPECT_FALSE(mint_failure_text(what).empty());
  }
}

TEST(GenerateSharedSecret, Is36PrintableCharactersInBase64) {
  SeededRng rng(7);
  const Secret one = generate_shared_secret(rng);
  const Secret two = generate_shared_secret(rng);
  EXPECT_EQ(one.reveal().size(), 48U);
  EXPECT_NE(one.reveal(), two.reveal());
  const auto characters = base64_decode(one.reveal());
  ASSERT_TRUE(characters);
  for (const std::uint8_t c : *characters) EXPECT_TRUE(c > 0x20 && c < 0x7f) << int{c};
}

TEST(GenerateApiKey, EveryOneIsNew) {
  SeededRng rng(1);
  const Secret first = generate_api_key(rng);
  EXPECT_EQ(first.reveal().size(), 47U);
  EXPECT_TRUE(first.reveal().starts_with("tpk_"));
  EXPECT_NE(first.reveal(), generate_api_key(rng).reveal());
}

}  // namespace
}  // namespace turnpike::credentials
