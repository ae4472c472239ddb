#include "cobrowse/renderer/capture/cdp_jpeg.h"

#include <libyuv.h>
#include <turbojpeg.h>

#include <array>

#include "base/check.h"

namespace turnpike::capture {
namespace {

constexpr int kFlags = TJFLAG_LIMITSCANS;  // no JPEG that takes minutes
constexpr int kBytesPerPixel = 4;

using Table = std::array<std::uint8_t, 256>;

/// 0…255 becomes `low`…`low` + `range`, rounded.
constexpr Table scaled(int low, int range) {
  Table table{};
  for (int value = 0; value < 256; ++value) {
    table[static_cast<std::size_t>(value)] =
        static_cast<std::uint8_t>(low + (value * range + 127) / 255);
  }
  return table;
}

// BT.601: luma 16…235, colours 16…240, with 128 for none.
constexpr Table kLimitedLuma = scaled(16, 219);
constexpr Table kLimitedColour = scaled(16, 224);
static_assert(kLimitedColour[128] == 128);

void apply(const Table& table, std::uint8_t* row, int width) {
  for (int x = 0; x < width; ++x) row[x] = table[row[x]];
}

void limit_range(media::Picture& picture) {
  for (int y = 0; y < picture.height(); ++y) {
    apply(kLimitedLuma, picture.luma(0, y), picture.width());
  }
  for (int y = 0; y < picture.height(); y += 2) {
    apply(kLimitedColour, picture.blue(0, y), picture.width() / 2);
    apply(kLimitedColour, picture.red(0, y), picture.width() / 2);
  }
}

}  // namespace

/// libjpeg-turbo's decoder.
class JpegToPicture::Codec {
 public:
  Codec() : handle_(tjInitDecompress()) { CHECK(handle_ != nullptr); }
  ~Codec() { tjDestroy(handle_); }
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;

  tjhandle get() const { return handle_; }

  bool decode_planes(Bytes jpeg, media::Picture& picture) const {
    unsigned char* planes[3] = {picture.luma(), picture.blue(), picture.red()};
    int strides[3] = {picture.luma_stride(), picture.chroma_stride(), picture.chroma_stride()};
    return tjDecompressToYUVPlanes(handle_, jpeg.data(), jpeg.size(), planes, picture.width(),
                                   strides, picture.height(), kFlags) == 0;
  }

  bool decode_rgb(Bytes jpeg, std::vector<std::uint8_t>& rgb, media::Picture& picture) const {
    const int stride = picture.width() * kBytesPerPixel;
    rgb.resize(static_cast<std::size_t>(stride) * static_cast<std::size_t>(picture.height()));
    if (tjDecompress2(handle_, jpeg.data(), jpeg.size(), rgb.data(), picture.width(), stride,
                      picture.height(), TJPF_BGRA, kFlags) != 0) {
      return false;
    }
    return libyuv::ARGBToI420(rgb.data(), stride, picture.luma(), picture.luma_stride(),
                              picture.blue(), picture.chroma_stride(), picture.red(),
                              picture.chroma_stride(), picture.width(), picture.height()) == 0;
  }

 private:
  tjhandle handle_;
};

JpegToPicture::JpegToPicture() : codec_(std::make_unique<Codec>()) {}
JpegToPicture::~JpegToPicture() = default;
JpegToPicture::JpegToPicture(JpegToPicture&&) noexcept = default;
JpegToPicture& JpegToPicture::operator=(JpegToPicture&&) noexcept = default;

Result<void, JpegError> JpegToPicture::decode(Bytes jpeg, media::Picture& picture) {
  if (jpeg.size() > kMaxJpegSize) return fail(JpegError::kTooLong);
  int width = 0;
  int height = 0;
  int sampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(codec_->get(), jpeg.data(), jpeg.size(), &width, &height, &sampling,
                          &colours) != 0 ||
      (colours != TJCS_YCbCr && colours != TJCS_GRAY)) {
    return fail(JpegError::kNoJpeg);
  }
  if (!media::Picture::is_good_size(width, height)) return fail(JpegError::kBadSize);
  picture.resize(width, height);
  if (sampling != TJSAMP_420) {
    if (!codec_->decode_rgb(jpeg, rgb_, picture)) return fail(JpegError::kDamaged);
    return {};
  }
  if (!codec_->decode_planes(jpeg, picture)) return fail(JpegError::kDamaged);
  limit_range(picture);
  return {};
}

}  // namespace turnpike::capture
