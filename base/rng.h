// Randomness as a parameter. Production hands in relay/crypto's generator; tests and the simulator
// a seed.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace turnpike {

class Rng {
 public:
  virtual ~Rng() = default;
  virtual void fill(MutableBytes out) = 0;

  std::uint64_t next_u64();
  /// Uniform in [0, bound); `bound` > 0. Without modulo bias.
  std::uint64_t below(std::uint64_t bound);
};

/// xoshiro256**: repeatable and fast, and predictable, so never for anything that must not be
/// guessed.
class SeededRng final : public Rng {
 public:
  explicit SeededRng(std::uint64_t seed);
  void fill(MutableBytes out) override;

 private:
  std::uint64_t step();
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace turnpike
