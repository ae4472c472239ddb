#include "relay/turn/nonce.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <set>
#include <string>

#include "relay/crypto/openssl_digests.h"

namespace turnpike::turn {
namespace {

constexpr std::int64_t kNow_s = 1'767'225'600;

WallTime at(std::int64_t unix_s) {
  return WallTime(seconds(unix_s));
}

ClientAddress client(std::string_view text) {
  return {Endpoint::parse(text).value()};
}

class NonceTest : public testing::Test {
 protected:
  NonceMint mint_with(seconds lifetime = seconds(600), bool offer_sha256 = false,
                      std::string key = "a key of the operator") const {
    return NonceMint(
        {.key = Secret(std::move(key)), .lifetime = lifetime, .offer_sha256 = offer_sha256});
  }
  std::string minted(const NonceMint& mint, std::int64_t now_s = kNow_s) const {
    return std::string(mint.mint(digests_, alice_, at(now_s)).view());
  }
  NonceVerdict check(const NonceMint& mint, std::string_view nonce,
                     std::int64_t now_s = kNow_s) const {
    return mint.check(digests_, alice_, at(now_s), nonce);
  }

  crypto::OpensslDigests digests_;
  ClientAddress alice_ = client("198.51.100.1:40000");
};

TEST_F(NonceTest, HasTheFormOfCoturns) {
  const std::string nonce = minted(mint_with());
  ASSERT_EQ(nonce.size(), 24U);
  EXPECT_EQ(nonce.substr(0, 8), "6955b900");
  EXPECT_EQ(nonce.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST_F(NonceTest, IsFreshForItsLifetimeThenStale) {
  const NonceMint mint = mint_with();
  const std::string nonce = minted(mint);
  EXPECT_EQ(check(mint, nonce), NonceVerdict::kFresh);
  EXPECT_EQ(check(mint, nonce, kNow_s + 599), NonceVerdict::kFresh);
  EXPECT_EQ(check(mint, nonce, kNow_s + 600), NonceVerdict::kStale);
  EXPECT_EQ(check(mint, nonce, kNow_s + 1'000'000'000), NonceVerdict::kStale);
}

TEST_F(NonceTest, LifetimeZeroNeverExpires) {
  const NonceMint mint = mint_with(seconds(0));
  const std::string nonce = minted(mint);
  EXPECT_EQ(check(mint, nonce, kNow_s + 1'000'000'000), NonceVerdict::kFresh);
}

TEST_F(NonceTest, FutureIsToleratedForFiveSeconds) {
  for (const seconds lifetime : {seconds(600), seconds(0)}) {
    const NonceMint mint = mint_with(lifetime);
    EXPECT_EQ(check(mint, minted(mint, kNow_s + 5)), NonceVerdict::kFresh);
    EXPECT_EQ(check(mint, minted(mint, kNow_s + 6)), NonceVerdict::kStale);
  }
}

TEST_F(NonceTest, SurvivesTheWrapOfItsClockIn2106) {
  constexpr std::int64_t kWrap_s = std::int64_t{1} << 32;
  const NonceMint mint = mint_with();
  const std::string nonce = minted(mint, kWrap_s - 1);
  EXPECT_EQ(nonce.substr(0, 8), "ffffffff");
  EXPECT_EQ(check(mint, nonce, kWrap_s + 500), NonceVerdict::kFresh);
  EXPECT_EQ(check(mint, nonce, kWrap_s + 599), NonceVerdict::kStale);
}

// Security test 9 and 8: a nonce is of no use to anybody else.
TEST_F(NonceTest, IsForgedFromAnotherAddressOrPort) {
  const NonceMint mint = mint_with();
  const std::string nonce = minted(mint);
  for (const std::string_view other :
       {"198.51.100.2:40000", "198.51.100.1:40001", "198.51.100.1:16540", "[::1]:40000",
        "[::ffff:198.51.100.1]:40000"}) {
    EXPECT_EQ(mint.check(digests_, client(other), at(kNow_s), nonce), NonceVerdict::kForged)
        << other;
  }
}

TEST_F(NonceTest, BindsIpv6ClientsToTheirWholeAddress) {
  const NonceMint mint = mint_with();
  const ClientAddress bob = client("[2a00:1450::1]:40000");
  const std::string nonce(mint.mint(digests_, bob, at(kNow_s)).view());
  EXPECT_EQ(mint.check(digests_, bob, at(kNow_s), nonce), NonceVerdict::kFresh);
  EXPECT_EQ(mint.check(digests_, client("[2a00:1450::2]:40000"), at(kNow_s), nonce),
            NonceVerdict::kForged);
}

TEST_F(NonceTest, IsForgedUnderAnotherKey) {
  const std::string nonce = minted(mint_with());
  EXPECT_EQ(check(mint_with(seconds(600), false, "another key"), nonce), NonceVerdict::kForged);
  // A fleet that shares the key shares the nonces.
  EXPECT_EQ(check(mint_with(), nonce), NonceVerdict::kFresh);
}

TEST_F(NonceTest, IsForgedWhenCutExtendedOrChanged) {
  for (const bool offer_sha256 : {false, true}) {
    const NonceMint mint = mint_with(seconds(600), offer_sha256);
    const std::string nonce = minted(mint);
    for (std::size_t size = 0; size < nonce.size(); ++size) {
      EXPECT_EQ(check(mint, nonce.substr(0, size)), NonceVerdict::kForged) << size;
      EXPECT_EQ(check(mint, nonce.substr(nonce.size() - size)), NonceVerdict::kForged) << size;
    }
    EXPECT_EQ(check(mint, nonce + "0"), NonceVerdict::kForged);
    EXPECT_EQ(check(mint, nonce + std::string(1, '\0')), NonceVerdict::kForged);
    EXPECT_EQ(check(mint, " " + nonce), NonceVerdict::kForged);
    EXPECT_EQ(check(mint, std::string(763, 'a')), NonceVerdict::kForged);
    for (std::size_t i = 0; i < nonce.size(); ++i) {
      for (const char c : {'0', '1', 'f', 'g', ' ', '-', '\0', '\xff'}) {
        std::string changed = nonce;
        if (changed[i] == c) continue;
        changed[i] = c;
        EXPECT_EQ(check(mint, changed), NonceVerdict::kForged) << i << " " << c;
      }
    }
  }
}

TEST_F(NonceTest, IsForgedInUpperCase) {
  const NonceMint mint = mint_with();
  std::string nonce = minted(mint);
  std::transform(nonce.begin(), nonce.end(), nonce.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  ASSERT_NE(nonce, minted(mint));
  EXPECT_EQ(check(mint, nonce), NonceVerdict::kForged);
}

// RFC 8489 section 9.2: bit 0 of 24, base64 "gAAA".
TEST_F(NonceTest, CookieOffersPasswordAlgorithms) {
  const NonceMint mint = mint_with(seconds(600), true);
  const std::string nonce = minted(mint);
  ASSERT_EQ(nonce.size(), NonceMint::kMaxSize);
  EXPECT_EQ(nonce.substr(0, 13), "obMatJos2gAAA");
  EXPECT_EQ(check(mint, nonce), NonceVerdict::kFresh);
}

// Bidding down: somebody in between takes the cookie away, or changes its bits.
TEST_F(NonceTest, CookieCannotBeTakenAwayOrAdded) {
  const NonceMint offering = mint_with(seconds(600), true);
  const NonceMint plain = mint_with();
  EXPECT_EQ(check(offering, minted(offering).substr(13)), NonceVerdict::kForged);
  EXPECT_EQ(check(offering, "obMatJos2AAAA" + minted(offering).substr(13)), NonceVerdict::kForged);
  EXPECT_EQ(check(plain, "obMatJos2gAAA" + minted(plain)), NonceVerdict::kForged);
}

// Security test 9: nobody predicts one nonce from others.
TEST_F(NonceTest, DiffersForEveryClientAndSecond) {
  const NonceMint mint = mint_with();
  std::set<std::string> macs;
  for (int port = 1; port <= 2000; ++port) {
    const ClientAddress from{Endpoint{alice_.value.ip, static_cast<std::uint16_t>(port)}};
    for (int second = 0; second < 5; ++second) {
      const auto nonce = mint.mint(digests_, from, at(kNow_s + second));
      macs.insert(std::string(nonce.view().substr(8)));
    }
  }
  EXPECT_EQ(macs.size(), 10'000U);
}

TEST_F(NonceTest, EveryBitOfTheMacIsEvenlySet) {
  const NonceMint mint = mint_with();
  constexpr int kNonces = 4000;
  std::array<int, 64> ones{};
  for (int i = 0; i < kNonces; ++i) {
    const auto nonce = mint.mint(digests_, alice_, at(kNow_s + i));
    const std::uint64_t mac = std::stoull(std::string(nonce.view().substr(8)), nullptr, 16);
    for (std::size_t bit = 0; bit < 64; ++bit) ones[bit] += static_cast<int>(mac >> bit & 1);
  }
  // Six standard deviations (half the root of 4000 is 31.6): once in 10^9 bits by chance, and the
  // input is fixed.
  for (const int count : ones) EXPECT_NEAR(count, kNonces / 2, 190);
}

TEST_F(NonceTest, ChangingOneBitOfThePortChangesHalfOfTheMac) {
  const NonceMint mint = mint_with();
  int changed_bits = 0;
  constexpr int kPairs = 1000;
  for (int i = 0; i < kPairs; ++i) {
    const auto port = static_cast<std::uint16_t>(2 * i);
    const ClientAddress even{Endpoint{alice_.value.ip, port}};
    const ClientAddress odd{Endpoint{alice_.value.ip, static_cast<std::uint16_t>(port + 1)}};
    const auto mac = [&](const ClientAddress& from) {
      return std::stoull(std::string(mint.mint(digests_, from, at(kNow_s)).view().substr(8)),
                         nullptr, 16);
    };
    changed_bits += std::popcount(mac(even) ^ mac(odd));
  }
  EXPECT_NEAR(changed_bits, kPairs * 32, 800);
}

TEST_F(NonceTest, EmptyKeyIsABug) {
  const NonceMint mint{{}};
  EXPECT_DEATH(mint.mint(digests_, alice_, at(kNow_s)), "key");
  EXPECT_DEATH(mint.check(digests_, alice_, at(kNow_s), std::string(24, '0')), "key");
}

}  // namespace
}  // namespace turnpike::turn
