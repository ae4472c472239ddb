// A picture as the encoder wants it: I420 (a plane of luma, two of colour at half the width and
// height), BT.601, limited range (luma 16…235). It owns its memory and is meant to be used again
// and again: a source writes what has changed into the same picture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cobrowse/renderer/media/box.h"

namespace turnpike::media {

/// Pixels; VP8 has 14 bits for each (RFC 6386, 9.1), and no screen is that large.
inline constexpr int kMinPictureSide = 16;
inline constexpr int kMaxPictureSide = 4096;

class Picture {
 public:
  /// Whether a picture can have this size: even, and kMinPictureSide…kMaxPictureSide.
  static bool is_good_size(int width, int height);

  /// No pixels at all, until resize().
  Picture() = default;
  /// Black. A size that is not good is a bug.
  Picture(int width, int height);

  /// Black again when the size is another one; memory is kept for later. A size that is not good
  /// is a bug.
  void resize(int width, int height);
  /// Every pixel has this colour.
  void fill(std::uint8_t luma, std::uint8_t blue, std::uint8_t red);
  /// Copies the pixels in `box`, grown to even coordinates; both pictures have the same size.
  void copy_box(const Picture& from, const Box& box);

  bool is_empty() const { return width_ == 0; }
  int width() const { return width_; }
  int height() const { return height_; }
  Box whole() const { return {.x = 0, .y = 0, .width = width_, .height = height_}; }

  /// Bytes from one row to the next one, of luma and of each colour.
  int luma_stride() const { return luma_stride_; }
  int chroma_stride() const { return luma_stride_ / 2; }
  /// Where the pixel (x, y) is; for colours, x and y are even.
  std::uint8_t* luma(int x = 0, int y = 0) { return bytes_.data() + luma_at(x, y); }
  std::uint8_t* blue(int x = 0, int y = 0) { return bytes_.data() + blue_at(x, y); }
  std::uint8_t* red(int x = 0, int y = 0) { return bytes_.data() + red_at(x, y); }
  const std::uint8_t* luma(int x = 0, int y = 0) const { return bytes_.data() + luma_at(x, y); }
  const std::uint8_t* blue(int x = 0, int y = 0) const { return bytes_.data() + blue_at(x, y); }
  const std::uint8_t* red(int x = 0, int y = 0) const { return bytes_.data() + red_at(x, y); }

 private:
  std::size_t luma_at(int x, int y) const;
  std::size_t blue_at(int x, int y) const;
  std::size_t red_at(int x, int y) const;

  int width_ = 0;
  int height_ = 0;
  int luma_stride_ = 0;
  std::vector<std::uint8_t> bytes_;  // luma, blue, red
};

}  // namespace turnpike::media
