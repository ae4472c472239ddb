#include "cobrowse/renderer/rtc/key_frame_requests.h"

#include <algorithm>

namespace turnpike::rtc {
namespace {

constexpr Duration kPause = milliseconds(500);
constexpr Duration kOnItsWay = milliseconds(100);  // and a round trip
constexpr Duration kLongestOnItsWay = milliseconds(600);

}  // namespace

void KeyFrameRequests::on_picture_loss(Duration rtt, MonotonicTime now) {
  const Duration on_its_way = std::min(rtt + kOnItsWay, kLongestOnItsWay);
  if (last_key_frame_ && now - *last_key_frame_ < on_its_way) return;
  is_asked_ = true;
}

void KeyFrameRequests::on_full_intra(std::uint8_t sequence) {
  if (last_intra_ == sequence) return;
  last_intra_ = sequence;
  is_asked_ = true;
}

void KeyFrameRequests::on_key_frame(MonotonicTime now) {
  is_broken_ = false;
  is_asked_ = false;
  last_key_frame_ = now;
}

MonotonicTime KeyFrameRequests::next_time() const {
  if (!is_broken_ && !is_asked_) return kNever;
  return last_request_ ? *last_request_ + kPause : MonotonicTime();
}

bool KeyFrameRequests::take(MonotonicTime now) {
  if (next_time() > now) return false;
  last_request_ = now;
  return true;
}

}  // namespace turnpike::rtc
