// Which temporal layers a viewer gets: as many as the estimate carries, with hysteresis. A higher
// layer is left out at once and comes back only where the encoder lets it (RFC 7741, Y).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "cobrowse/renderer/rtc/encoded_frame.h"

namespace turnpike::rtc {

class LayerSelector {
 public:
  static constexpr std::uint8_t kLayers = 3;

  /// Every frame of the encoder, whether this viewer gets it or not: its layer costs that much.
  void on_encoded(const EncodedFrame& frame, MonotonicTime now);
  /// The layers that fit `target_bps`; before take().
  void update(std::uint64_t target_bps, MonotonicTime now);
  /// Whether the viewer gets `frame`, as far as the layers are concerned. The frames that were
  /// taken are decodable without the others.
  bool take(const EncodedFrame& frame);
  /// A frame of this layer, above the base layer, did not get through: no more of it until it can
  /// start anew.
  void on_dropped(std::uint8_t temporal_id);

  std::uint8_t wanted() const { return wanted_; }
  std::uint8_t active() const { return active_; }
  /// Of the layers up to `temporal_id`, over the last two seconds, without key frames.
  std::uint64_t bps_up_to(std::uint8_t temporal_id) const;

 private:
  using LayerBytes = std::array<std::uint64_t, kLayers>;
  static constexpr std::size_t kSlots = 8;
  void advance(MonotonicTime now);

  std::array<LayerBytes, kSlots> slots_{};  // of kSlotTime each, as a ring
  std::int64_t slot_ = 0;                   // counted from time 0
  std::uint8_t wanted_ = kLayers - 1;
  std::uint8_t active_ = kLayers - 1;
  std::optional<MonotonicTime> fits_since_;  // one more layer
};

}  // namespace turnpike::rtc
