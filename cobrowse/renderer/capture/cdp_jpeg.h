// A JPEG of the browser's screencast becomes a picture. The browser may be in a stranger's hands:
// the size is checked before anything is decoded. JPEG's colours have the full range, ours the
// limited.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "cobrowse/renderer/media/picture.h"

namespace turnpike::capture {

inline constexpr std::size_t kMaxJpegSize = 16 * 1024 * 1024;

enum class JpegError : std::uint8_t {
  kTooLong,  // more than kMaxJpegSize
  kNoJpeg,   // its header makes no sense, or its colours are not YCbCr or grey
  kBadSize,  // width and height are not good for a Picture
  kDamaged,  // cut off, or the pixels make no sense
};

class JpegToPicture {
 public:
  JpegToPicture();
  ~JpegToPicture();
  JpegToPicture(JpegToPicture&&) noexcept;
  JpegToPicture& operator=(JpegToPicture&&) noexcept;

  /// `picture` gets the JPEG's size. After kDamaged it has some pixels of it.
  Result<void, JpegError> decode(Bytes jpeg, media::Picture& picture);

 private:
  class Codec;
  std::unique_ptr<Codec> codec_;
  std::vector<std::uint8_t> rgb_;  // for what is not 4:2:0
};

}  // namespace turnpike::capture
