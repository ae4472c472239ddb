#include "credentials/core/authenticator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "relay/crypto/openssl_digests.h"

namespace turnpike::credentials {
namespace {

constexpr std::string_view kRealm = "unblu.com";
constexpr std::int64_t kNow_s = 1'767'225'600;  // 2026-01-01 00:00:00 UTC

WallTime at(std::int64_t unix_s) {
  return WallTime(seconds(unix_s));
}

std::string timed(std::int64_t offset_s, std::string_view user = "alice") {
  return std::to_string(kNow_s + offset_s) + ":" + std::string(user);
}

/// An authenticator, and a client that knows a password.
class AuthenticatorTest : public testing::Test {
 protected:
  AuthenticatorTest() { settings_.realm = kRealm; }

  void add_account(std::string_view name, std::string_view password) {
    settings_.accounts_enabled = true;
    settings_.accounts.push_back(
        {.name = std::string(name), .password = Secret(std::string(password)), .md5_key = {}});
  }
  void add_stored_key(std::string_view name, std::string_view password) {
    settings_.accounts_enabled = true;
    const LongTermKey key =
        long_term_key(digests_, PasswordAlgorithm::kMd5, name, kRealm, password);
    Md5 md5{};
    std::copy_n(key.bytes.begin(), md5.size(), md5.begin());
    settings_.accounts.push_back({.name = std::string(name), .password = {}, .md5_key = md5});
  }
  void add_secret(std::string_view secret) {
    settings_.shared_secrets_enabled = true;
    settings_.shared_secrets.emplace_back(std::string(secret));
  }

  Result<Identity, Refusal> log_in(std::string_view username, std::string_view password,
                                   PasswordAlgorithm algorithm = PasswordAlgorithm::kMd5,
                                   std::int64_t now_s = kNow_s) {
    const LongTermKey own = long_term_key(digests_, algorithm, username, kRealm, password);
    keys_tried_ = 0;
    return Authenticator(settings_).authenticate(digests_, username, algorithm, at(now_s),
                                                 [&](Bytes key) {
                                                   ++keys_tried_;
                                                   return equal_constant_time(key, own.view());
                                                 });
  }
  Result<Identity, Refusal> log_in_minted(std::string_view username, std::string_view secret,
                                          PasswordAlgorithm algorithm = PasswordAlgorithm::kMd5) {
    const Secret password = rest_password(digests_, Secret(std::string(secret)), username);
    return log_in(username, password.reveal(), algorithm);
  }
  Refusal refusal(std::string_view username, std::string_view password = "x",
                  PasswordAlgorithm algorithm = PasswordAlgorithm::kMd5) {
    const auto result = log_in(username, password, algorithm);
    EXPECT_FALSE(result.has_value()) << username;
    return result ? Refusal{} : result.error();
  }

  crypto::OpensslDigests digests_;
  AuthenticatorSettings settings_;
  int keys_tried_ = 0;
};

TEST_F(AuthenticatorTest, AccountLogsInWithItsPasswordOnly) {
  add_account("bob", "hunter2");
  add_account("eve", "other");
  const auto bob = log_in("bob", "hunter2");
  ASSERT_TRUE(bob.has_value());
  EXPECT_EQ(bob->quota_user, "bob");
  EXPECT_FALSE(bob->expiry_s.has_value());
  EXPECT_EQ(bob->key.size, 16);
  EXPECT_EQ(refusal("bob", "other"), Refusal::kWrongPassword);
  EXPECT_EQ(refusal("bob", ""), Refusal::kWrongPassword);
  EXPECT_EQ(refusal("Bob", "hunter2"), Refusal::kUnknownUser);
  EXPECT_EQ(refusal("bob ", "hunter2"), Refusal::kUnknownUser);
  EXPECT_EQ(refusal("", ""), Refusal::kUnknownUser);
}

TEST_F(AuthenticatorTest, AccountWithPasswordMaySignWithSha256) {
  add_account("bob", "hunter2");
  const auto bob = log_in("bob", "hunter2", PasswordAlgorithm::kSha256);
  ASSERT_TRUE(bob.has_value());
  EXPECT_EQ(bob->key.size, 32);
}

TEST_F(AuthenticatorTest, StoredKeyFitsMd5Only) {
  add_stored_key("bob", "hunter2");
  EXPECT_TRUE(log_in("bob", "hunter2").has_value());
  EXPECT_EQ(refusal("bob", "hunter3"), Refusal::kWrongPassword);
  EXPECT_EQ(refusal("bob", "hunter2", PasswordAlgorithm::kSha256), Refusal::kAlgorithmNotAvailable);
}

TEST_F(AuthenticatorTest, AccountWithNothingIsNobodys) {
  settings_.accounts_enabled = true;
  settings_.accounts.push_back({.name = "bob", .password = {}, .md5_key = {}});
  EXPECT_EQ(refusal("bob", ""), Refusal::kWrongPassword);
  EXPECT_EQ(keys_tried_, 0);
}

TEST_F(AuthenticatorTest, OfTwoAccountsWithOneNameTheLaterHolds) {
  add_account("bob", "first");
  add_account("ann", "x");
  add_account("bob", "second");
  EXPECT_TRUE(log_in("bob", "second").has_value());
  EXPECT_EQ(refusal("bob", "first"), Refusal::kWrongPassword);
}

TEST_F(AuthenticatorTest, FindsEachOfManyAccounts) {
  for (int i = 0; i < 500; ++i) add_account("u" + std::to_string(i), "p" + std::to_string(i));
  for (int i = 0; i < 500; ++i) {
    EXPECT_TRUE(log_in("u" + std::to_string(i), "p" + std::to_string(i)).has_value()) << i;
  }
  EXPECT_EQ(refusal("u500"), Refusal::kUnknownUser);
}

TEST_F(AuthenticatorTest, MechanismThatIsOffAdmitsNobody) {
  add_account("bob", "hunter2");
  add_secret("secret");
  settings_.accounts_enabled = false;
  settings_.shared_secrets_enabled = false;
  EXPECT_EQ(refusal("bob", "hunter2"), Refusal::kUnknownUser);
  const auto minted = log_in_minted(timed(60), "secret");
  ASSERT_FALSE(minted.has_value());
  EXPECT_EQ(minted.error(), Refusal::kUnknownUser);
  EXPECT_EQ(keys_tried_, 0);
}

// Issue 2, section 3.
TEST_F(AuthenticatorTest, SharedSecretVector) {
  add_secret("W3dEO1VoSURAJVtCeGdPVHoqYWtOJiMoaUhCYEFRemFsSW0q");
  const auto alice = log_in("1767225600:alice", "6fzW4r9uMN2VGgcnFZ0hLi7rf6U=");
  ASSERT_TRUE(alice.has_value());
  EXPECT_EQ(alice->quota_user, "alice");
  EXPECT_EQ(alice->expiry_s, 1767225600);
}

TEST_F(AuthenticatorTest, TriesEverySharedSecret) {
  for (const std::string_view secret : {"old", "current", "next"}) add_secret(secret);
  for (const std::string_view secret : {"old", "current", "next"}) {
    EXPECT_TRUE(log_in_minted(timed(60), secret).has_value()) << secret;
  }
  const auto wrong = log_in_minted(timed(60), "stolen");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error(), Refusal::kWrongPassword);
  EXPECT_EQ(keys_tried_, 3);
}

TEST_F(AuthenticatorTest, SharedSecretServesSha256Too) {
  add_secret("secret");
  const auto alice = log_in_minted(timed(60), "secret", PasswordAlgorithm::kSha256);
  ASSERT_TRUE(alice.has_value());
  EXPECT_EQ(alice->key.size, 32);
}

TEST_F(AuthenticatorTest, EmptySharedSecretIsIgnored) {
  add_secret("");
  EXPECT_FALSE(log_in_minted(timed(60), "").has_value());
  EXPECT_EQ(keys_tried_, 0);
}

TEST_F(AuthenticatorTest, ExpiryIsTheLastGoodSecond) {
  add_secret("secret");
  EXPECT_TRUE(log_in_minted(timed(0), "secret").has_value());
  const auto late = log_in_minted(timed(-1), "secret");
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error(), Refusal::kExpired);
  EXPECT_EQ(keys_tried_, 0);
}

TEST_F(AuthenticatorTest, ExpiryBehind2038IsGood) {
  add_secret("secret");
  EXPECT_TRUE(log_in_minted("2147483648:alice", "secret").has_value());
  EXPECT_TRUE(log_in_minted("4294967297:alice", "secret").has_value());
  EXPECT_TRUE(log_in_minted("99999999999:alice", "secret").has_value());
}

TEST_F(AuthenticatorTest, MillisecondsAreRefusedWithTheirOwnReason) {
  add_secret("secret");
  for (const std::string_view username : {"1767225600000:alice", "alice:1767225600000",
                                          "100000000000:alice", "99999999999999999999999:alice"}) {
    const auto result = log_in_minted(username, "secret");
    ASSERT_FALSE(result.has_value()) << username;
    EXPECT_EQ(result.error(), Refusal::kMillisecondTimestamp) << username;
    EXPECT_EQ(keys_tried_, 0) << username;
  }
}

TEST_F(AuthenticatorTest, QuotaUserIsWhatCoturnCounts) {
  add_secret("secret");
  const std::string time = std::to_string(kNow_s + 60);
  const std::pair<std::string, std::string> rows[] = {
      {time + ":alice", "alice"}, {"alice:" + time, "alice"},      {time + ":", ""}, {time, time},
      {":" + time, time},         {time + ":@me:host", "@me:host"}};
  for (const auto& [username, quota_user] : rows) {
    const auto identity = log_in_minted(username, "secret");
    ASSERT_TRUE(identity.has_value()) << username;
    EXPECT_EQ(identity->quota_user, quota_user) << username;
    EXPECT_EQ(identity->expiry_s, kNow_s + 60) << username;
  }
}

TEST_F(AuthenticatorTest, OtherSeparator) {
  add_secret("secret");
  settings_.separator = '|';
  const std::string username = std::to_string(kNow_s + 60) + "|alice";
  const auto alice = log_in_minted(username, "secret");
  ASSERT_TRUE(alice.has_value());
  EXPECT_EQ(alice->quota_user, "alice");
  EXPECT_EQ(refusal(timed(60)), Refusal::kNoTimestamp);
}

TEST_F(AuthenticatorTest, BothMechanismsServeTheirOwnUsers) {
  add_account("bob", "hunter2");
  add_secret("secret");
  EXPECT_TRUE(log_in("bob", "hunter2").has_value());
  EXPECT_TRUE(log_in_minted(timed(60), "secret").has_value());
}

// The name of an account may look like a timed name: both of its keys are good, the account's
// first.
TEST_F(AuthenticatorTest, NameOfBothKindsIsTriedAsBoth) {
  const std::string username = timed(60);
  add_account(username, "hunter2");
  add_secret("secret");
  const auto as_account = log_in(username, "hunter2");
  ASSERT_TRUE(as_account.has_value());
  EXPECT_EQ(as_account->quota_user, username);
  EXPECT_FALSE(as_account->expiry_s.has_value());
  const auto as_timed = log_in_minted(username, "secret");
  ASSERT_TRUE(as_timed.has_value());
  EXPECT_EQ(as_timed->quota_user, "alice");
  EXPECT_EQ(keys_tried_, 2);
}

TEST_F(AuthenticatorTest, TellsTheMostHelpfulRefusal) {
  add_account("1001", "hunter2");
  add_secret("secret");
  // No account, so it was meant to be a timed name if it looks like one.
  EXPECT_EQ(refusal("nobody"), Refusal::kUnknownUser);
  EXPECT_EQ(refusal(timed(-60)), Refusal::kExpired);
  EXPECT_EQ(refusal(timed(60)), Refusal::kWrongPassword);
  EXPECT_EQ(refusal("1767225600000:alice"), Refusal::kMillisecondTimestamp);
  // An account whose name is a number is not a credential that expired in 1970.
  EXPECT_EQ(refusal("1001"), Refusal::kWrongPassword);

  settings_.accounts_enabled = false;
  EXPECT_EQ(refusal("nobody"), Refusal::kNoTimestamp);
  EXPECT_EQ(refusal(timed(-60)), Refusal::kExpired);
}

TEST_F(AuthenticatorTest, OtherRealmsKeyDoesNotFit) {
  add_account("bob", "hunter2");
  const LongTermKey foreign =
      long_term_key(digests_, PasswordAlgorithm::kMd5, "bob", "elsewhere.org", "hunter2");
  const auto result = Authenticator(settings_).authenticate(
      digests_, "bob", PasswordAlgorithm::kMd5, at(kNow_s),
      [&](Bytes key) { return equal_constant_time(key, foreign.view()); });
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error(), Refusal::kWrongPassword);
}

TEST_F(AuthenticatorTest, ReturnedKeyIsTheOneThatFitted) {
  add_secret("old");
  add_secret("current");
  const std::string username = timed(60);
  const auto identity = log_in_minted(username, "current");
  ASSERT_TRUE(identity.has_value());
  const Secret password = rest_password(digests_, Secret("current"), username);
  const LongTermKey expected =
      long_term_key(digests_, PasswordAlgorithm::kMd5, username, kRealm, password.reveal());
  EXPECT_TRUE(equal_constant_time(identity->key.view(), expected.view()));
}

TEST_F(AuthenticatorTest, SecondsExpired) {
  const Authenticator authenticator(settings_);
  EXPECT_EQ(authenticator.seconds_expired(timed(-61), at(kNow_s)), 61);
  EXPECT_EQ(authenticator.seconds_expired(timed(0), at(kNow_s)), 0);
  EXPECT_EQ(authenticator.seconds_expired(timed(61), at(kNow_s)), 0);
  EXPECT_EQ(authenticator.seconds_expired("bob", at(kNow_s)), 0);
  EXPECT_EQ(authenticator.seconds_expired(std::string(40, '9') + ":a", at(kNow_s)), 0);
}

// T16 (CVE-2026-68553): a user name is never a format.
TEST_F(AuthenticatorTest, T16_Cve2026_68553_FormatDirectivesAreOrdinaryText) {
  add_account("%n%s%n%s", "hunter2");
  add_secret("secret");
  EXPECT_TRUE(log_in("%n%s%n%s", "hunter2").has_value());
  const std::string username = timed(60, "%n%s{}{:n}");
  const auto timed_name = log_in_minted(username, "secret");
  ASSERT_TRUE(timed_name.has_value());
  EXPECT_EQ(timed_name->quota_user, "%n%s{}{:n}");
}

// Security test 8: whoever guesses learns nothing from how far the comparison went.
TEST(EqualConstantTime, LooksAtEveryByte) {
  const std::vector<std::uint8_t> right(16, 7);
  EXPECT_TRUE(equal_constant_time(right, right));
  for (std::size_t i = 0; i < right.size(); ++i) {
    std::vector<std::uint8_t> wrong = right;
    wrong[i] ^= 1;
    EXPECT_FALSE(equal_constant_time(right, wrong)) << i;
  }
  EXPECT_FALSE(equal_constant_time(right, Bytes(right).first(15)));
}

}  // namespace
}  // namespace turnpike::credentials
