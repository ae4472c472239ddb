#include "cobrowse/renderer/media/picture.h"

#include <algorithm>

#include "base/check.h"

namespace turnpike::media {
namespace {

constexpr std::uint8_t kBlackLuma = 16;
constexpr std::uint8_t kNoColour = 128;
constexpr int kRowAlignment = 64;  // so that rows of colour start at multiples of 32 as well

struct Rows {
  const std::uint8_t* from;
  std::ptrdiff_t from_stride;
  std::uint8_t* to;
  std::ptrdiff_t to_stride;
};

void copy_rows(Rows rows, int width, int height) {
  for (int row = 0; row < height; ++row) {
    std::copy_n(rows.from, width, rows.to);
    rows.from += rows.from_stride;
    rows.to += rows.to_stride;
  }
}

}  // namespace

bool Picture::is_good_size(int width, int height) {
  const auto is_good = [](int side) {
    return side >= kMinPictureSide && side <= kMaxPictureSide && side % 2 == 0;
  };
  return is_good(width) && is_good(height);
}

Picture::Picture(int width, int height) {
  resize(width, height);
}

void Picture::resize(int width, int height) {
  CHECK(is_good_size(width, height));
  if (width == width_ && height == height_) return;
  width_ = width;
  height_ = height;
  luma_stride_ = (width + kRowAlignment - 1) / kRowAlignment * kRowAlignment;
  bytes_.resize(static_cast<std::size_t>(luma_stride_) * static_cast<std::size_t>(height) * 3 / 2);
  fill(kBlackLuma, kNoColour, kNoColour);
}

void Picture::fill(std::uint8_t luma, std::uint8_t blue, std::uint8_t red) {
  const auto blue_start = bytes_.begin() + static_cast<std::ptrdiff_t>(blue_at(0, 0));
  const auto red_start = bytes_.begin() + static_cast<std::ptrdiff_t>(red_at(0, 0));
  std::fill(bytes_.begin(), blue_start, luma);
  std::fill(blue_start, red_start, blue);
  std::fill(red_start, bytes_.end(), red);
}

void Picture::copy_box(const Picture& from, const Box& box) {
  CHECK(from.width_ == width_ && from.height_ == height_);
  const Box part = even_part(box, width_, height_);
  if (part.is_empty()) return;
  copy_rows({from.luma(part.x, part.y), luma_stride_, luma(part.x, part.y), luma_stride_},
            part.width, part.height);
  copy_rows({from.blue(part.x, part.y), chroma_stride(), blue(part.x, part.y), chroma_stride()},
            part.width / 2, part.height / 2);
  copy_rows({from.red(part.x, part.y), chroma_stride(), red(part.x, part.y), chroma_stride()},
            part.width / 2, part.height / 2);
}

std::size_t Picture::luma_at(int x, int y) const {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(luma_stride_) +
         static_cast<std::size_t>(x);
}

std::size_t Picture::blue_at(int x, int y) const {
  return luma_at(0, height_) +
         static_cast<std::size_t>(y / 2) * static_cast<std::size_t>(chroma_stride()) +
         static_cast<std::size_t>(x / 2);
}

std::size_t Picture::red_at(int x, int y) const {
  return blue_at(x, y) + luma_at(0, height_) / 4;
}

}  // namespace turnpike::media
