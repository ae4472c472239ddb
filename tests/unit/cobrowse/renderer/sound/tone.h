// Tones to play, and how much of a tone there is in what was heard.
#pragma once

#include <opus/opus.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numbers>
#include <span>
#include <vector>

#include "cobrowse/renderer/sound/format.h"

namespace turnpike::sound {

/// Both channels by turns, a quarter of the loudest.
inline std::vector<std::int16_t> tone(double hz, std::size_t samples) {
  std::vector<std::int16_t> out;
  for (std::size_t i = 0; i < samples; ++i) {
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / kRate;
    const auto sample = static_cast<std::int16_t>(8000 * std::sin(phase));
    out.insert(out.end(), kChannels, sample);
  }
  return out;
}

/// 0…1: the part of its power that is at `hz` (Goertzel's algorithm, for half of a sine's square).
inline double share_of(double hz, std::span<const std::int16_t> heard) {
  double re = 0, im = 0, power = 0;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / kRate;
    re += heard[i] * std::cos(phase);
    im += heard[i] * std::sin(phase);
    power += double{1} * heard[i] * heard[i];
  }
  if (power <= 0) return 0;
  return (re * re + im * im) * 2 / static_cast<double>(heard.size()) / power;
}

/// What a viewer hears.
class Player {
 public:
  Player() : decoder_(opus_decoder_create(kRate, 1, nullptr)) {}
  ~Player() { opus_decoder_destroy(decoder_); }
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  void play(std::span<const std::uint8_t> packet) {
    std::vector<std::int16_t> block(kBlock);
    const int got = opus_decode(decoder_, packet.data(), static_cast<opus_int32>(packet.size()),
                                block.data(), static_cast<int>(block.size()), 0);
    if (got != static_cast<int>(kBlock)) std::abort();
    heard_.insert(heard_.end(), block.begin(), block.end());
  }
  const std::vector<std::int16_t>& heard() const { return heard_; }

 private:
  OpusDecoder* decoder_;
  std::vector<std::int16_t> heard_;
};

}  // namespace turnpike::sound
