// VP8's payload descriptor (RFC 7741 section 4.2), always with every field: X, I, L, T and K.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace turnpike::rtc {

struct Vp8Descriptor {
  bool starts_frame = false;     // S with PID 0: the first packet of a frame
  std::uint16_t picture_id = 0;  // 15 bits
  std::uint8_t tl0_pic_idx = 0;  // counts the base layer's frames
  std::uint8_t temporal_id = 0;  // 0…3
  bool is_layer_sync = false;    // Y
  std::uint8_t key_idx = 0;      // 5 bits: counts key frames
};

inline constexpr std::size_t kVp8DescriptorBytes = 6;

/// `out` has room for kVp8DescriptorBytes.
void write_vp8_descriptor(const Vp8Descriptor& descriptor, MutableBytes out);

}  // namespace turnpike::rtc
