// One encoded picture, made once and sent to every viewer.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace turnpike::rtc {

/// VP8 with three temporal layers at most; what a viewer may leave out is the highest layers.
struct EncodedFrame {
  std::vector<std::uint8_t> data{};  // one VP8 frame (RFC 6386)
  MonotonicTime captured{};          // when the picture was taken; RTP's timestamp follows it
  bool is_key = false;
  std::uint8_t temporal_id = 0;        // 0: the base layer, which every viewer gets
  bool is_layer_sync = false;          // Y of RFC 7741: depends on the base layer alone
  std::uint8_t temporal_position = 0;  // TL0PICIDX: counts the base layer's frames
  std::uint16_t width = 0;             // in pixels
  std::uint16_t height = 0;
};

}  // namespace turnpike::rtc
