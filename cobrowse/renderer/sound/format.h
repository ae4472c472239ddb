// What sound looks like on its way from the browser to the encoder.
#pragma once

#include <cstddef>
#include <cstdint>

namespace turnpike::sound {

inline constexpr unsigned kRate = 48'000;   // samples per second
inline constexpr unsigned kChannels = 2;    // of what the browser plays
inline constexpr std::size_t kBlock = 960;  // samples of 20 ms: what is encoded at once
inline constexpr std::size_t kMaxChunkBytes = 16 * 1024;  // one message of the browser's

}  // namespace turnpike::sound
