#include "base/rng.h"

#include <bit>

#include "base/check.h"

namespace turnpike {

std::uint64_t Rng::next_u64() {
  std::array<std::uint8_t, 8> bytes{};
  fill(bytes);
  return load_be64(bytes.data());
}

std::uint64_t Rng::below(std::uint64_t bound) {
  CHECK(bound > 0);
  const std::uint64_t limit = UINT64_MAX - (UINT64_MAX % bound + 1) % bound;
  std::uint64_t value = next_u64();
  while (value > limit) value = next_u64();
  return value % bound;
}

SeededRng::SeededRng(std::uint64_t seed) {
  for (std::uint64_t& word : state_) {  // splitmix64
    seed += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    word = z ^ (z >> 31);
  }
}

std::uint64_t SeededRng::step() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

void SeededRng::fill(MutableBytes out) {
  while (!out.empty()) {
    std::array<std::uint8_t, 8> word{};
    store_be64(word.data(), step());
    const std::size_t n = out.size() < word.size() ? out.size() : word.size();
    for (std::size_t i = 0; i < n; ++i) out[i] = word[i];
    out = out.subspan(n);
  }
}

}  // namespace turnpike
