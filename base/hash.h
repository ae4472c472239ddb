// A keyed hash for tables whose keys come from the network, so that nobody can aim at one bucket.
// Not a MAC: use Digests for anything that must not be forged.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/bytes.h"
#include "base/ip_address.h"

namespace turnpike {

/// Random per process; drawn once from a cryptographic Rng.
struct HashSeed {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

namespace hash_detail {
inline std::uint64_t load64(const std::uint8_t* p) {
  std::uint64_t v = 0;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}
inline constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15ULL;
/// One multiplication: enough inside a larger hash, but neighbouring ports still show in it.
inline std::uint64_t half_mixed(HashSeed seed, const Endpoint& e) {
  const std::uint8_t* p = e.ip.bytes().data();
  const std::uint64_t tail =
      (static_cast<std::uint64_t>(e.port) << 8) | static_cast<std::uint64_t>(e.ip.family());
  if (e.ip.is_v4()) {
    const std::uint64_t word = (static_cast<std::uint64_t>(e.ip.v4_value()) << 32) | tail;
    return fold(word ^ seed.first, (seed.second ^ kOdd) | 1);
  }
  const std::uint64_t ip = fold(load64(p) ^ seed.first, load64(p + 8) ^ seed.second);
  return fold(ip ^ tail, kOdd ^ seed.second);
}
}  // namespace hash_detail

inline std::uint64_t keyed_hash(HashSeed seed, const Endpoint& e) {
  return hash_detail::fold(hash_detail::half_mixed(seed, e) ^ seed.second, hash_detail::kOdd);
}

inline std::uint64_t keyed_hash(HashSeed seed, const IpAddress& ip) {
  return keyed_hash(seed, Endpoint{ip, 0});
}

inline std::uint64_t keyed_hash(HashSeed seed, const FiveTuple& t) {
  const std::uint64_t client = hash_detail::half_mixed(seed, t.client.value);
  const std::uint64_t server = hash_detail::half_mixed(seed, t.server.value);
  return hash_detail::fold(client ^ static_cast<std::uint64_t>(t.transport),
                           server ^ hash_detail::kOdd);
}

inline std::uint64_t keyed_hash(HashSeed seed, Bytes bytes) {
  std::uint64_t h = seed.first ^ bytes.size();
  while (bytes.size() >= 8) {
    h = hash_detail::fold(h ^ hash_detail::load64(bytes.data()), seed.second ^ hash_detail::kOdd);
    bytes = bytes.subspan(8);
  }
  std::uint64_t last = 0;
  if (!bytes.empty()) std::memcpy(&last, bytes.data(), bytes.size());
  return hash_detail::fold(h ^ last, hash_detail::kOdd ^ seed.second);
}

/// A hasher object for Boost's and the standard library's containers.
struct KeyedHasher {
  using is_avalanching = void;
  HashSeed seed;
  template <class Key>
  std::size_t operator()(const Key& key) const {
    return static_cast<std::size_t>(keyed_hash(seed, key));
  }
};

}  // namespace turnpike
