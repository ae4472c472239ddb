// What the tests of a viewer's stream begin with: settings, moments and frames.
#pragma once

#include <cstdint>

#include "cobrowse/renderer/rtc/viewer_stream.h"

namespace turnpike::rtc {

inline StreamSettings settings() {
  return {.ssrc = 1111,
          .rtx_ssrc = 2222,
          .rtx_payload_type = kOfferedRtx,
          .extensions = kOfferedExtensions,
          .mid = "0",
          .cname = "turnpike",
          .rates = {.min_bps = 100'000, .start_bps = 1'000'000, .max_bps = 5'000'000}};
}

inline SoundSettings sound_settings() {
  return {.ssrc = 3333,
          .payload_type = kOfferedOpus,
          .extensions = {.mid = 1, .transport_cc = 3},
          .mid = "1",
          .cname = "turnpike"};
}

inline Now at(std::int64_t ms) {
  return {.monotonic = MonotonicTime(seconds(1000) + milliseconds(ms)),
          .wall = WallTime(seconds(1'700'000'000) + milliseconds(ms))};
}

inline EncodedFrame a_frame(std::size_t size, std::int64_t ms, bool is_key = false) {
  EncodedFrame out{.data = std::vector<std::uint8_t>(size),
                   .captured = at(ms).monotonic,
                   .is_key = is_key,
                   .width = 1280,
                   .height = 720};
  SeededRng(static_cast<std::uint64_t>(ms) + size).fill(out.data);
  return out;
}

inline EncodedSound a_sound(std::size_t size, std::int64_t ms, bool is_first = false) {
  return {.data = std::vector<std::uint8_t>(size, static_cast<std::uint8_t>(ms / 20)),
          .captured = at(ms).monotonic,
          .is_first = is_first};
}

}  // namespace turnpike::rtc
