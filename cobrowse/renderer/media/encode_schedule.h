// When to encode: at damage, a few times after it until the picture is sharp, then now and then so
// that viewers know that it still lives. Pure logic on the caller's clock; no pixels, no codec.
#pragma once

#include <cstddef>
#include <optional>

#include "base/time.h"
#include "cobrowse/renderer/media/vp8_encoder.h"

namespace turnpike::media {

struct ScheduleSettings {
  int max_fps = 30;                             // 1 or more
  int refinements = 4;                          // encodes of the same picture after the last damage
  Duration refinement_gap = milliseconds(150);  // 4 of them: 600 ms
  Duration heartbeat = seconds(2);              // from the last frame to the next one of a still
  Duration key_frame_gap = milliseconds(500);   // between two key frames
};

class EncodeSchedule {
 public:
  explicit EncodeSchedule(const ScheduleSettings& settings)
      : settings_(settings), max_fps_(settings.max_fps) {}

  /// The picture has changed.
  void on_damage() { is_damaged_ = true; }
  /// A viewer cannot go on without a key frame (PLI or FIR).
  void on_key_request() { key_is_wanted_ = true; }
  /// How many are being sent to; recorders count. A new one wants a key frame. Without any,
  /// nothing is encoded; what changed meanwhile is encoded when the first one comes.
  void on_viewers(std::size_t viewers);
  /// The line does not carry more; 1 or more, above the settings' it is those.
  void set_max_fps(int fps);
  /// Nothing before that, for what was made last still waits; the later one of several counts.
  void hold_until(MonotonicTime time);
  /// The frame that was made was as sharp as can be: refinements of it are of no use.
  void on_settled() { refinements_left_ = 0; }

  /// What to encode now, if anything; ask after each on_…() and when next_deadline() has come. The
  /// schedule takes it for encoded.
  std::optional<EncodeOrder> check(MonotonicTime now);
  /// When check() will have something; kNever: not before something happens. It may lie in the
  /// past: then at once.
  MonotonicTime next_deadline() const;

 private:
  MonotonicTime key_frame_due() const;
  MonotonicTime damage_due() const;
  MonotonicTime still_due() const;
  bool has_viewers() const { return viewers_ > 0; }

  const ScheduleSettings settings_;
  int max_fps_;
  MonotonicTime held_until_ = MonotonicTime::min();
  std::size_t viewers_ = 0;
  bool is_damaged_ = true;  // nothing has been encoded yet
  bool key_is_wanted_ = false;
  int refinements_left_ = 0;
  std::optional<MonotonicTime> last_frame_;
  std::optional<MonotonicTime> last_key_frame_;
};

}  // namespace turnpike::media
