// Pictures become VP8 frames (RFC 6386) in three temporal layers, by libvpx in real-time mode on
// the caller's thread. It makes a frame of what it is given; when to encode is EncodeSchedule's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "cobrowse/renderer/media/picture.h"
#include "cobrowse/renderer/media/vp8_layers.h"
#include "cobrowse/renderer/rtc/encoded_frame.h"

namespace turnpike::media {

struct Vp8Settings {
  int bitrate_kbps = 2000;  // kMinBitrateKbps…kMaxBitrateKbps, of all layers together
  int max_fps = 30;         // 1…60: what the bitrate is divided by
  int speed = 6;            // 4 (better, slower) … 6: libvpx's cpu-used, negated
  int min_quantizer = 2;    // 0…63: the sharpest; lower than 2 costs much and shows little
  int max_quantizer = 58;   // 0…63: where the bitrate is exceeded rather than text unreadable
};

inline constexpr int kMinBitrateKbps = 50;
inline constexpr int kMaxBitrateKbps = 50'000;

struct EncodeOrder {
  bool is_key = false;         // a picture that stands alone; the base layer, of course
  bool base_layer = false;     // no higher layer, whatever the pattern says
  bool is_refinement = false;  // the picture is the one before: time has passed, so bits are there
};

class Vp8Encoder {
 public:
  /// Fails with a text if the settings are out of their ranges.
  static Result<Vp8Encoder, std::string> create(const Vp8Settings& settings);
  ~Vp8Encoder();
  Vp8Encoder(Vp8Encoder&&) noexcept;
  Vp8Encoder& operator=(Vp8Encoder&&) noexcept;

  /// The first picture and one of another size make a key frame, ordered or not. `captured` is
  /// handed on. Refinements are encoded at speed 4. Fails with libvpx's text; then the next frame
  /// is a key frame.
  Result<rtc::EncodedFrame, std::string> encode(const Picture& picture, MonotonicTime captured,
                                                const EncodeOrder& order);

  /// From the next frame on; clamped to kMinBitrateKbps…kMaxBitrateKbps.
  void set_bitrate(int kbps);
  int bitrate_kbps() const { return settings_.bitrate_kbps; }
  /// How many frames share the bitrate from the next one on; clamped to 1…60.
  void set_frame_rate(int fps);

  /// Of the last frame, 0 (sharp) … 63.
  int last_quantizer() const;
  /// The last frame was as sharp as these settings let it be: to refine it is of no use.
  bool is_settled() const { return last_quantizer() <= settings_.min_quantizer; }

 private:
  class Codec;
  explicit Vp8Encoder(const Vp8Settings& settings);

  Vp8Settings settings_;
  Vp8Layers layers_;
  std::unique_ptr<Codec> codec_;  // of one picture size; none before the first picture
};

}  // namespace turnpike::media
