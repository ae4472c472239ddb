#include "cobrowse/renderer/rtc/layer_selector.h"

#include <algorithm>

namespace turnpike::rtc {
namespace {

constexpr Duration kSlotTime = milliseconds(250);
constexpr Duration kFitsFor = seconds(2);
constexpr double kTooMuch = 1.15;      // times the estimate: the encoder overshoots now and then
constexpr double kRoomForMore = 0.85;  // of the estimate

}  // namespace

void LayerSelector::advance(MonotonicTime now) {
  const std::int64_t slot = now.time_since_epoch() / kSlotTime;
  const std::int64_t steps = std::clamp<std::int64_t>(slot - slot_, 0, kSlots);
  for (std::int64_t i = 1; i <= steps; ++i) {
    slots_[static_cast<std::size_t>(slot - steps + i) % kSlots] = {};
  }
  slot_ = std::max(slot, slot_);
}

void LayerSelector::on_encoded(const EncodedFrame& frame, MonotonicTime now) {
  advance(now);
  if (frame.is_key) return;
  const std::uint8_t layer = std::min<std::uint8_t>(frame.temporal_id, kLayers - 1);
  slots_[static_cast<std::size_t>(slot_) % kSlots][layer] += frame.data.size();
}

std::uint64_t LayerSelector::bps_up_to(std::uint8_t temporal_id) const {
  std::uint64_t bytes = 0;
  for (const LayerBytes& slot : slots_) {
    for (std::size_t layer = 0; layer <= temporal_id && layer < kLayers; ++layer) {
      bytes += slot[layer];
    }
  }
  return bytes * 8 * 1000 / static_cast<std::uint64_t>(kSlotTime / milliseconds(1) * kSlots);
}

void LayerSelector::update(std::uint64_t target_bps, MonotonicTime now) {
  advance(now);
  const auto most = static_cast<std::uint64_t>(static_cast<double>(target_bps) * kTooMuch);
  while (wanted_ > 0 && bps_up_to(wanted_) > most) {
    --wanted_;
    fits_since_.reset();
  }
  active_ = std::min(active_, wanted_);
  const auto room = static_cast<std::uint64_t>(static_cast<double>(target_bps) * kRoomForMore);
  const auto more = static_cast<std::uint8_t>(wanted_ + 1);
  if (more >= kLayers || bps_up_to(more) > room) {
    fits_since_.reset();
  } else if (!fits_since_) {
    fits_since_ = now;
  } else if (now - *fits_since_ >= kFitsFor) {
    wanted_ = more;
    fits_since_ = now;
  }
}

bool LayerSelector::take(const EncodedFrame& frame) {
  if (frame.is_key) active_ = wanted_;
  if (frame.temporal_id <= active_) return true;
  // One layer at a time: a frame that depends on the base layer alone says nothing of the layers
  // between.
  if (frame.temporal_id > wanted_ || frame.temporal_id != active_ + 1 || !frame.is_layer_sync) {
    return false;
  }
  active_ = frame.temporal_id;
  return true;
}

void LayerSelector::on_dropped(std::uint8_t temporal_id) {
  if (temporal_id > 0) active_ = std::min<std::uint8_t>(active_, temporal_id - 1);
}

}  // namespace turnpike::rtc
