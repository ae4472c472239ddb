#include "cobrowse/renderer/media/encode_schedule.h"

#include <algorithm>

namespace turnpike::media {
namespace {

MonotonicTime after(const std::optional<MonotonicTime>& last, Duration gap) {
  return last ? *last + gap : MonotonicTime::min();
}

}  // namespace

void EncodeSchedule::on_viewers(std::size_t viewers) {
  if (viewers > viewers_) key_is_wanted_ = true;
  viewers_ = viewers;
}

void EncodeSchedule::set_max_fps(int fps) {
  max_fps_ = std::clamp(fps, 1, settings_.max_fps);
}

void EncodeSchedule::hold_until(MonotonicTime time) {
  held_until_ = std::max(held_until_, time);
}

MonotonicTime EncodeSchedule::key_frame_due() const {
  return key_is_wanted_ ? after(last_key_frame_, settings_.key_frame_gap) : kNever;
}

MonotonicTime EncodeSchedule::damage_due() const {
  return is_damaged_ ? after(last_frame_, Duration(seconds(1)) / max_fps_) : kNever;
}

MonotonicTime EncodeSchedule::still_due() const {
  return after(last_frame_, refinements_left_ > 0 ? settings_.refinement_gap : settings_.heartbeat);
}

MonotonicTime EncodeSchedule::next_deadline() const {
  if (!has_viewers()) return kNever;
  return std::max(std::min({key_frame_due(), damage_due(), still_due()}), held_until_);
}

std::optional<EncodeOrder> EncodeSchedule::check(MonotonicTime now) {
  if (now < next_deadline()) return std::nullopt;
  const bool is_key = key_frame_due() <= now;
  const bool is_still = !is_damaged_;
  if (is_still && !is_key) {
    refinements_left_ = std::max(0, refinements_left_ - 1);
  } else {
    // A key frame of a still is coarser than what the viewers had: it has to fit the bitrate, too.
    refinements_left_ = settings_.refinements;
  }
  is_damaged_ = false;
  last_frame_ = now;
  if (is_key) {
    key_is_wanted_ = false;
    last_key_frame_ = now;
  }
  return EncodeOrder{
      .is_key = is_key, .base_layer = is_key || is_still, .is_refinement = is_still && !is_key};
}

}  // namespace turnpike::media
