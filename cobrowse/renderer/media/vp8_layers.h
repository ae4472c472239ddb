// Which temporal layer the next VP8 frame belongs to, and what it may look at: the pattern 0 2 1 2.
// Pure arithmetic; the encoder turns it into libvpx's flags, the packetiser into RFC 7741's fields.
//
//   frame      0   1   2   3 | 4
//   layer      0   2   1   2 | 0
//   looks at   0'  0   0  0,2| 0      (0': the base frame before)
//
// The base layer lives in VP8's "last" buffer, layer 1 in "golden". Nothing above the base layer
// changes the entropy tables either, so a viewer may leave out layer 2, or 1 and 2, at any frame.
#pragma once

#include <cstdint>

namespace turnpike::media {

inline constexpr int kTemporalLayers = 3;

struct LayerFrame {
  std::uint8_t temporal_id = 0;  // 0…2
  bool is_layer_sync = false;    // Y of RFC 7741 (4.2): looks at the base layer alone
  bool uses_golden = false;      // looks at the frame of layer 1 as well
  bool updates_last = false;     // later frames look at this one
  bool updates_golden = false;
  std::uint8_t temporal_position = 0;  // TL0PICIDX: counts frames of the base layer, modulo 256
};

class Vp8Layers {
 public:
  /// A frame of the base layer, key or not, starts the pattern anew.
  LayerFrame next(bool base_layer);

 private:
  std::uint8_t phase_ = 0;
  std::uint8_t temporal_position_ = 255;  // the first frame is number 0
};

}  // namespace turnpike::media
