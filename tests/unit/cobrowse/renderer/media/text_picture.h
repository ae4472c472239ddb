// Pictures that look like a page of text: dark strokes on white, sharp edges, ragged lines. And how
// far two pictures are apart.
#pragma once

#include <cmath>
#include <cstdint>

#include "cobrowse/renderer/media/picture.h"

namespace turnpike::media {

/// A small generator of numbers, the same each time.
inline std::uint32_t scramble(std::uint32_t value) {
  value ^= value >> 16;
  value *= 0x7feb352dU;
  value ^= value >> 15;
  value *= 0x846ca68bU;
  return value ^ (value >> 16);
}

/// Whether the page has ink at (x, y): letters of 5x7 pixels in cells of 7x14, words and margins.
inline bool has_ink(int x, int y) {
  const int line = y / 14;
  const int cell = x / 7;
  const int in_x = x % 7;
  const int in_y = y % 14 - 3;
  if (in_x >= 5 || in_y < 0 || in_y >= 7 || x < 20) return false;
  const auto place = static_cast<std::uint32_t>(line * 1000 + cell);
  if (scramble(static_cast<std::uint32_t>(line)) % 5 == 0) return false;  // an empty line
  if (scramble(place) % 6 == 0) return false;                             // between words
  const std::uint32_t letter = scramble(place / 3 + scramble(place) % 26);
  return ((letter >> ((in_y * 5 + in_x) % 32)) & 1) != 0;
}

/// The page scrolled up by `scroll` pixels.
inline void draw_text(Picture& picture, int scroll) {
  picture.fill(235, 128, 128);
  for (int y = 0; y < picture.height(); ++y) {
    std::uint8_t* row = picture.luma(0, y);
    for (int x = 0; x < picture.width(); ++x) {
      if (has_ink(x, y + scroll)) row[x] = 30;
    }
  }
}

/// Of luma, in dB; 100 for the same pixels.
inline double psnr(const Picture& a, const Picture& b) {
  double sum = 0;
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      const double difference = *a.luma(x, y) - *b.luma(x, y);
      sum += difference * difference;
    }
  }
  if (sum == 0) return 100;
  return 10 * std::log10(255.0 * 255.0 * a.width() * a.height() / sum);
}

}  // namespace turnpike::media
