// Adds up what the browser plays at the same time: each of its streams comes in bursts, and leaves
// in blocks of 20 ms, one channel. Pure: it neither waits nor knows the time.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <span>

#include "cobrowse/renderer/sound/format.h"

namespace turnpike::sound {

using Block = std::array<std::int16_t, kBlock>;

class Mixer {
 public:
  /// A stream begins when so much of it is there, so that its bursts leave no gaps.
  static constexpr std::size_t kCushion = kBlock;
  /// Of one stream, in samples; older ones go.
  static constexpr std::size_t kMostQueued = kRate / 2;

  /// Samples of both channels by turns; an odd one at the end is left out. After finish() the same
  /// number, 0 or more, is another stream.
  void feed(int stream, std::span<const std::int16_t> samples);
  /// Nothing more comes; what is there still plays.
  void finish(int stream);
  /// The next 20 ms; silence where there is nothing.
  Block next();
  /// next() would be silence, however often, until more comes.
  bool is_idle() const;

 private:
  struct Stream {
    bool is_ready() const;
    std::deque<std::int16_t> samples{};
    bool is_playing = false;
    bool has_ended = false;
  };
  std::map<int, Stream> streams_;
  int last_rest_ = 0;  // what is left of a stream whose number is used again has one below 0
};

}  // namespace turnpike::sound
