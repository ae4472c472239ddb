// When the encoder is asked for a key frame on behalf of a viewer: since the viewer asked, or since
// the sender had to leave out a frame that others depend on. Never too often: it is for all
// viewers.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace turnpike::rtc {

class KeyFrameRequests {
 public:
  /// PLI. While a key frame is on its way, the viewer has asked for that one.
  void on_picture_loss(Duration rtt, MonotonicTime now);
  /// FIR; the same number again is the same request.
  void on_full_intra(std::uint8_t sequence);
  /// A frame is missing for good.
  void on_broken_chain() { is_broken_ = true; }
  /// The same, and what was queued does not leave any more.
  void on_queue_dropped();
  /// One is queued.
  void on_key_frame();
  /// The last packet of it has left.
  void on_key_frame_sent(MonotonicTime now);

  /// Nothing but a key frame can be decoded.
  bool is_broken() const { return is_broken_; }
  /// Asks, if it is time to.
  bool take(MonotonicTime now);
  /// When take() has something to say; kNever: not as things stand.
  MonotonicTime next_time() const;

 private:
  static constexpr Duration kShortestPause = milliseconds(500);
  bool is_broken_ = true;  // a stream starts with a key frame
  bool is_asked_ = false;
  bool is_queued_ = false;
  std::optional<std::uint8_t> last_intra_;
  std::optional<MonotonicTime> last_request_;
  Duration pause_ = kShortestPause;
  std::optional<MonotonicTime> last_key_frame_;
};

}  // namespace turnpike::rtc
