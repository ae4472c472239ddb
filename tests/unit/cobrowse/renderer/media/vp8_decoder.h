// libvpx's decoder, for what a viewer would see.
#pragma once

#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "cobrowse/renderer/media/picture.h"

namespace turnpike::media {

class Vp8Decoder {
 public:
  Vp8Decoder() { vpx_codec_dec_init(&codec_, vpx_codec_vp8_dx(), nullptr, 0); }
  ~Vp8Decoder() { vpx_codec_destroy(&codec_); }
  Vp8Decoder(const Vp8Decoder&) = delete;
  Vp8Decoder& operator=(const Vp8Decoder&) = delete;

  /// Nothing: it was no frame that can be decoded now.
  std::optional<Picture> decode(Bytes frame) {
    if (vpx_codec_decode(&codec_, frame.data(), static_cast<unsigned>(frame.size()), nullptr, 0) !=
        VPX_CODEC_OK) {
      return std::nullopt;
    }
    vpx_codec_iter_t position = nullptr;
    const vpx_image_t* image = vpx_codec_get_frame(&codec_, &position);
    if (image == nullptr) return std::nullopt;
    Picture picture(static_cast<int>(image->d_w), static_cast<int>(image->d_h));
    for (int y = 0; y < picture.height(); ++y) {
      copy_row(*image, VPX_PLANE_Y, y, picture.width(), picture.luma(0, y));
    }
    for (int y = 0; y < picture.height() / 2; ++y) {
      copy_row(*image, VPX_PLANE_U, y, picture.width() / 2, picture.blue(0, 2 * y));
      copy_row(*image, VPX_PLANE_V, y, picture.width() / 2, picture.red(0, 2 * y));
    }
    return picture;
  }

 private:
  static void copy_row(const vpx_image_t& image, int plane, int y, int width, std::uint8_t* to) {
    std::copy_n(image.planes[plane] + static_cast<std::ptrdiff_t>(y) * image.stride[plane], width,
                to);
  }

  vpx_codec_ctx_t codec_{};
};

}  // namespace turnpike::media
