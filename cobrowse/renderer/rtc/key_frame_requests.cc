#include "cobrowse/renderer/rtc/key_frame_requests.h"

#include <algorithm>

namespace turnpike::rtc {
namespace {

// Doubled for each request, until there was none for a while: a path that did not carry one key
// frame does not carry the next one either, and all viewers pay for it.
constexpr Duration kLongestPause = seconds(4);
constexpr Duration kQuiet = seconds(12);
constexpr Duration kOnItsWay = milliseconds(100);  // and a round trip
constexpr Duration kLongestOnItsWay = milliseconds(600);

}  // namespace

void KeyFrameRequests::on_picture_loss(Duration rtt, MonotonicTime now) {
  if (is_queued_) return;
  const Duration on_its_way = std::min(rtt + kOnItsWay, kLongestOnItsWay);
  if (last_key_frame_ && now - *last_key_frame_ < on_its_way) return;
  is_asked_ = true;
}

void KeyFrameRequests::on_full_intra(std::uint8_t sequence) {
  if (last_intra_ == sequence) return;
  last_intra_ = sequence;
  is_asked_ = true;
}

void KeyFrameRequests::on_queue_dropped() {
  is_broken_ = true;
  is_queued_ = false;
}

void KeyFrameRequests::on_key_frame() {
  is_broken_ = false;
  is_asked_ = false;
  is_queued_ = true;
}

void KeyFrameRequests::on_key_frame_sent(MonotonicTime now) {
  is_queued_ = false;
  last_key_frame_ = now;
}

MonotonicTime KeyFrameRequests::next_time() const {
  if (!is_broken_ && !is_asked_) return kNever;
  return last_request_ ? *last_request_ + pause_ : MonotonicTime();
}

bool KeyFrameRequests::take(MonotonicTime now) {
  if (next_time() > now) return false;
  const bool is_soon = last_request_ && now - *last_request_ < kQuiet;
  pause_ = is_soon ? std::min(2 * pause_, kLongestPause) : kShortestPause;
  last_request_ = now;
  return true;
}

}  // namespace turnpike::rtc
