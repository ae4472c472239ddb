#include "relay/crypto/locked_crypto.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace turnpike::crypto {
namespace {

constexpr int kThreads = 4;

/// On several threads at once.
void together(const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
  for (std::thread& one : threads) one.join();
}

TEST(LockedCrypto, NoTwoThreadsGetTheSameBytes) {
  constexpr int kDraws = 20'000;
  LockedRng rng;
  std::array<std::vector<std::array<std::uint8_t, 24>>, kThreads> drawn;
  together([&](int thread) {
    auto& mine = drawn[static_cast<std::size_t>(thread)];
    mine.resize(kDraws);
    for (auto& one : mine) rng.fill(one);
  });
  std::set<std::array<std::uint8_t, 24>> all;
  for (const auto& mine : drawn) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), std::size_t{kThreads} * kDraws);
}

TEST(LockedCrypto, DigestsOfSeveralThreadsDoNotMix) {
  const LockedDigests digests;
  const std::string big(100'000, 'x');
  const Bytes key = as_bytes(std::string_view("key"));
  together([&](int thread) {
    const OpensslDigests own;
    const std::string text = thread == 0 ? big : std::to_string(thread);
    for (int i = 0; i < 200; ++i) {
      EXPECT_EQ(digests.sha256({as_bytes(text)}), own.sha256({as_bytes(text)}));
      EXPECT_EQ(digests.md5({as_bytes(text)}), own.md5({as_bytes(text)}));
      EXPECT_EQ(digests.hmac_sha1(key, {as_bytes(text)}), own.hmac_sha1(key, {as_bytes(text)}));
      EXPECT_EQ(digests.hmac_sha256(key, {as_bytes(text)}), own.hmac_sha256(key, {as_bytes(text)}));
    }
  });
}

}  // namespace
}  // namespace turnpike::crypto
