#include "relay/crypto/crypto_rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>
#include <vector>

namespace turnpike::crypto {
namespace {

TEST(CryptoRng, DrawsNeverRepeatAcrossRefills) {
  CryptoRng rng;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(rng.next_u64()).second);
}

TEST(CryptoRng, TwoInstancesDiffer) {
  CryptoRng a;
  CryptoRng b;
  EXPECT_NE(a.next_u64(), b.next_u64());
}

class CryptoRngSizes : public ::testing::TestWithParam<std::size_t> {};

TEST_P(CryptoRngSizes, FillsEveryByteAndNoneBeyond) {
  const std::size_t size = GetParam();
  CryptoRng rng;
  (void)rng.next_u64();  // so that the buffer does not begin at a round place
  std::vector<std::uint8_t> ever(size + 1, 0);
  for (int round = 0; round < 16; ++round) {  // a byte stays zero 16 times with probability 2^-128
    std::vector<std::uint8_t> out(size + 1, 0);
    rng.fill(MutableBytes(out).first(size));
    EXPECT_EQ(out[size], 0);
    for (std::size_t i = 0; i < size; ++i) ever[i] |= out[i];
  }
  EXPECT_EQ(std::count(ever.begin(), ever.end(), 0), 1);
}

INSTANTIATE_TEST_SUITE_P(AroundTheBuffer, CryptoRngSizes,
                         ::testing::Values(1, 12, 511, 512, 513, 5000));

TEST(CryptoRng, BitsAreBalanced) {
  CryptoRng rng;
  int ones = 0;
  for (int i = 0; i < 4096; ++i) ones += std::popcount(rng.next_u64());
  EXPECT_NEAR(ones, 4096 * 32, 2048);  // 8 standard deviations
}

}  // namespace
}  // namespace turnpike::crypto
