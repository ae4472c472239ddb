#include "cobrowse/renderer/media/vp8_layers.h"

#include <array>

namespace turnpike::media {
namespace {

constexpr std::array<LayerFrame, 4> kPattern{{
    {.temporal_id = 0,
     .is_layer_sync = false,
     .uses_golden = false,
     .updates_last = true,
     .updates_golden = false,
     .temporal_position = 0},
    {.temporal_id = 2,
     .is_layer_sync = true,
     .uses_golden = false,
     .updates_last = false,
     .updates_golden = false,
     .temporal_position = 0},
    {.temporal_id = 1,
     .is_layer_sync = true,
     .uses_golden = false,
     .updates_last = false,
     .updates_golden = true,
     .temporal_position = 0},
    {.temporal_id = 2,
     .is_layer_sync = false,
     .uses_golden = true,
     .updates_last = false,
     .updates_golden = false,
     .temporal_position = 0},
}};

}  // namespace

LayerFrame Vp8Layers::next(bool base_layer) {
  if (base_layer) phase_ = 0;
  LayerFrame frame = kPattern[phase_];
  if (frame.temporal_id == 0) ++temporal_position_;
  frame.temporal_position = temporal_position_;
  phase_ = static_cast<std::uint8_t>((phase_ + 1) % kPattern.size());
  return frame;
}

}  // namespace turnpike::media
