// The keyed hash spreads the keys that networks really have (one host's ports, one network's
// hosts), whatever the seed, in its low bits and in its high bits.
#include "base/hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <vector>

#include "base/rng.h"

namespace turnpike {
namespace {

constexpr std::uint32_t kKeys = 16384;
constexpr std::size_t kBuckets = 256;

using KeyHash = std::function<std::uint64_t(HashSeed, std::uint32_t)>;

Endpoint v6_endpoint(std::uint32_t host, std::uint16_t port) {
  std::array<std::uint8_t, 16> ip{0x20, 0x01, 0x0d, 0xb8};
  store_be32(ip.data() + 12, host);
  return {IpAddress::v6(ip), port};
}

struct Family {
  const char* name;
  KeyHash hash;
};

std::vector<Family> families() {
  return {
      {"ports of an IPv4 host",
       [](HashSeed s, std::uint32_t i) {
         return keyed_hash(s, Endpoint{IpAddress::v4(0xc0000201), static_cast<std::uint16_t>(i)});
       }},
      {"hosts of an IPv4 network",
       [](HashSeed s, std::uint32_t i) { return keyed_hash(s, IpAddress::v4(0x0a000000 + i)); }},
      {"IPv4 networks",
       [](HashSeed s, std::uint32_t i) { return keyed_hash(s, IpAddress::v4(i << 16)); }},
      {"ports of an IPv6 host",
       [](HashSeed s, std::uint32_t i) {
         return keyed_hash(s, v6_endpoint(1, static_cast<std::uint16_t>(i)));
       }},
      {"hosts of an IPv6 network",
       [](HashSeed s, std::uint32_t i) { return keyed_hash(s, v6_endpoint(i, 3478)); }},
      {"five-tuples of one client",
       [](HashSeed s, std::uint32_t i) {
         return keyed_hash(s, FiveTuple{{v6_endpoint(7, static_cast<std::uint16_t>(i))},
                                        {Endpoint{IpAddress::v4(1), 3478}},
                                        Transport::kUdp});
       }},
      {"texts",
       [](HashSeed s, std::uint32_t i) {
         return keyed_hash(s, as_bytes("1767225600:user" + std::to_string(i)));
       }},
  };
}

std::vector<HashSeed> seeds() {
  SeededRng rng(3);
  std::vector<HashSeed> seeds{{0, 0}, {1, 1}, {UINT64_MAX, UINT64_MAX}};
  for (int i = 0; i < 5; ++i) seeds.push_back({rng.next_u64(), rng.next_u64()});
  return seeds;
}

/// The fullest of the buckets chosen by eight bits from `shift`. With 64 keys a bucket on average
/// and a random function, 130 is more than eight standard deviations away.
std::size_t fullest(const Family& family, HashSeed seed, unsigned shift) {
  std::array<std::size_t, kBuckets> count{};
  for (std::uint32_t i = 0; i < kKeys; ++i) {
    ++count[(family.hash(seed, i) >> shift) % kBuckets];
  }
  return *std::max_element(count.begin(), count.end());
}

TEST(KeyedHash, SpreadsInLowAndHighBits) {
  for (const Family& family : families()) {
    for (const HashSeed seed : seeds()) {
      for (const unsigned shift : {0U, 8U, 24U, 40U, 56U}) {
        EXPECT_LT(fullest(family, seed, shift), 130U)
            << family.name << " seed " << seed.first << " shift " << shift;
      }
    }
  }
}

TEST(KeyedHash, NoTwoKeysOfAFamilyCollide) {
  for (const Family& family : families()) {
    std::set<std::uint64_t> hashes;
    for (std::uint32_t i = 0; i < kKeys; ++i) hashes.insert(family.hash({11, 12}, i));
    EXPECT_EQ(hashes.size(), kKeys) << family.name;
  }
}

TEST(KeyedHash, DependsOnTheSeedAndRepeats) {
  const Endpoint key{IpAddress::v4(0xc0000201), 3478};
  EXPECT_EQ(keyed_hash({1, 2}, key), keyed_hash({1, 2}, key));
  EXPECT_NE(keyed_hash({1, 2}, key), keyed_hash({3, 2}, key));
  EXPECT_NE(keyed_hash({1, 2}, key), keyed_hash({1, 4}, key));
}

TEST(KeyedHash, FamiliesAndLengthsAreTold) {
  const HashSeed seed{5, 6};
  EXPECT_NE(keyed_hash(seed, IpAddress::any(AddressFamily::kIpv4)),
            keyed_hash(seed, IpAddress::any(AddressFamily::kIpv6)));
  const std::array<std::uint8_t, 32> zeros{};
  std::set<std::uint64_t> hashes;
  for (std::size_t size = 0; size <= zeros.size(); ++size) {
    hashes.insert(keyed_hash(seed, Bytes(zeros).first(size)));
  }
  EXPECT_EQ(hashes.size(), zeros.size() + 1);
}

TEST(KeyedHash, FiveTupleSidesAreNotInterchangeable) {
  const Endpoint a{IpAddress::v4(1), 1};
  const Endpoint b{IpAddress::v4(2), 2};
  EXPECT_NE(keyed_hash({5, 6}, FiveTuple{{a}, {b}, Transport::kUdp}),
            keyed_hash({5, 6}, FiveTuple{{b}, {a}, Transport::kUdp}));
}

}  // namespace
}  // namespace turnpike
