// The production randomness (base/rng.h) by OpenSSL's generator. Small draws come from a buffer
// that is wiped as it is consumed. One instance per shard, made after the last fork: two processes
// must not share a buffer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/rng.h"

namespace turnpike::crypto {

class CryptoRng final : public Rng {
 public:
  static constexpr std::size_t kBufferSize = 512;

  CryptoRng() = default;
  CryptoRng(const CryptoRng&) = delete;
  CryptoRng& operator=(const CryptoRng&) = delete;
  ~CryptoRng() override;

  /// A CHECK fails when OpenSSL cannot produce random bytes: going on would mean guessable tokens.
  void fill(MutableBytes out) override;

 private:
  void refill();

  std::array<std::uint8_t, kBufferSize> buffer_{};
  std::size_t used_ = kBufferSize;  // buffer_[0, used_) is consumed, and zero
};

}  // namespace turnpike::crypto
