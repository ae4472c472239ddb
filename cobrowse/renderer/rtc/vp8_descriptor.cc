#include "cobrowse/renderer/rtc/vp8_descriptor.h"

#include "base/check.h"

namespace turnpike::rtc {

void write_vp8_descriptor(const Vp8Descriptor& d, MutableBytes out) {
  CHECK(out.size() >= kVp8DescriptorBytes && d.picture_id < 0x8000 && d.temporal_id < 4);
  out[0] = static_cast<std::uint8_t>(0x80 | (d.starts_frame ? 0x10 : 0));  // X, S, PID 0
  out[1] = 0xf0;                                                           // I, L, T, K
  store_be16(&out[2], static_cast<std::uint16_t>(0x8000 | d.picture_id));  // M: 15 bits
  out[4] = d.tl0_pic_idx;
  out[5] = static_cast<std::uint8_t>((d.temporal_id << 6) | (d.is_layer_sync ? 0x20 : 0) |
                                     (d.key_idx & 0x1f));
}

}  // namespace turnpike::rtc
