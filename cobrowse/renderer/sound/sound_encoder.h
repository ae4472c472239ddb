// Opus (RFC 6716, libopus): 48 kHz, one channel, 20 ms. Of silence nothing is made, after a short
// tail that lets a receiver fade out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cobrowse/renderer/sound/mixer.h"

struct OpusEncoder;

namespace turnpike::sound {

class SoundEncoder {
 public:
  static constexpr int kBitrate_bps = 48'000;
  static constexpr unsigned kTailBlocks = 10;  // of silence that are encoded

  static Result<SoundEncoder, std::string> create();

  /// Nothing: it is silence, or nothing has changed that a receiver could hear.
  std::optional<std::vector<std::uint8_t>> encode(const Block& block);
  /// Further silence makes nothing.
  bool is_resting() const { return silent_blocks_ >= kTailBlocks; }

 private:
  struct Delete {
    void operator()(OpusEncoder* encoder) const;
  };
  explicit SoundEncoder(OpusEncoder* encoder) : encoder_(encoder) {}

  std::unique_ptr<OpusEncoder, Delete> encoder_;
  unsigned silent_blocks_ = kTailBlocks;
};

}  // namespace turnpike::sound
