#include "cobrowse/renderer/encode_loop.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"

namespace turnpike::renderer {
namespace {

// Of the bitrate a frame has this many kbit at least, as long as there are kLeastFps.
constexpr int kKbitPerFrame = 25;
constexpr int kLeastFps = 4;
// As coarse as it may be, a frame of a page that changes all over can be more than its share: then
// the next one comes later.
constexpr Duration kOnCredit = milliseconds(400);
constexpr Duration kMostOnCredit = seconds(2);
constexpr Duration kLeastStep = milliseconds(1);

MonotonicTime now() {
  return MonotonicTime(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

Result<std::unique_ptr<EncodeLoop>, std::string> EncodeLoop::start(
    const media::Vp8Settings& encoder, const media::ScheduleSettings& schedule,
    EncodeLoopEvents events) {
  auto made = media::Vp8Encoder::create(encoder);
  if (!made) return fail(made.error());
  std::unique_ptr<EncodeLoop> loop(new EncodeLoop(*std::move(made), schedule, std::move(events)));
  loop->wanted_kbps_ = encoder.bitrate_kbps;
  loop->thread_ = std::thread([raw = loop.get()] { raw->run(); });
  return loop;
}

EncodeLoop::EncodeLoop(media::Vp8Encoder encoder, const media::ScheduleSettings& schedule,
                       EncodeLoopEvents events)
    : events_(std::move(events)),
      max_fps_(schedule.max_fps),
      schedule_(schedule),
      encoder_(std::move(encoder)) {}

EncodeLoop::~EncodeLoop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void EncodeLoop::set_viewers(std::size_t viewers) {
  const std::lock_guard lock(mutex_);
  schedule_.on_viewers(viewers);
  wake_.notify_all();
}

void EncodeLoop::request_key_frame() {
  const std::lock_guard lock(mutex_);
  schedule_.on_key_request();
  wake_.notify_all();
}

void EncodeLoop::hold_until(MonotonicTime time) {
  const std::lock_guard lock(mutex_);
  schedule_.hold_until(time);
}

void EncodeLoop::show_latest(capture::FrameSink& sink) {
  const std::lock_guard lock(mutex_);
  if (!latest_.is_empty()) sink.on_picture(latest_, latest_.whole(), now());
}

void EncodeLoop::on_picture(const media::Picture& picture, const media::Box& changed,
                            MonotonicTime captured) {
  const std::lock_guard lock(mutex_);
  const bool other_size =
      latest_.width() != picture.width() || latest_.height() != picture.height();
  if (other_size) latest_.resize(picture.width(), picture.height());
  const media::Box box = other_size ? picture.whole() : changed;
  latest_.copy_box(picture, box);
  changed_ = media::bounding(changed_, box);
  captured_ = captured;
  schedule_.on_damage();
  wake_.notify_all();
}

void EncodeLoop::on_lost(std::string_view text) {
  if (events_.on_source_lost) events_.on_source_lost(std::string(text));
}

void EncodeLoop::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    std::optional<media::EncodeOrder> order;
    if (!latest_.is_empty()) order = schedule_.check(now());
    if (!order) {
      const MonotonicTime due = latest_.is_empty() ? kNever : schedule_.next_deadline();
      if (due == kNever) {
        wake_.wait(lock);
      } else {
        wake_.wait_for(lock, std::max(due - now(), Duration(0)));
      }
      continue;
    }
    if (picture_.width() != latest_.width() || picture_.height() != latest_.height()) {
      picture_.resize(latest_.width(), latest_.height());
      changed_ = latest_.whole();
    }
    if (!changed_.is_empty()) picture_.copy_box(latest_, changed_);
    changed_ = {};
    // A frame of an old picture is of now: its time tells viewers when to show it.
    MonotonicTime captured =
        order->is_refinement || captured_ == MonotonicTime{} ? now() : captured_;
    // Nor does the stream's clock go back: the grab of this one may have begun before that.
    captured = std::max(captured, last_captured_ + kLeastStep);
    last_captured_ = captured;
    captured_ = {};
    lock.unlock();
    encode(*order, captured);
    lock.lock();
  }
}

void EncodeLoop::encode(const media::EncodeOrder& order, MonotonicTime captured) {
  if (const int kbps = wanted_kbps_; kbps != encoder_.bitrate_kbps()) {
    const int fps = std::min(std::max(kbps / kKbitPerFrame, kLeastFps), max_fps_);
    encoder_.set_bitrate(kbps);
    encoder_.set_frame_rate(fps);
    const std::lock_guard lock(mutex_);
    schedule_.set_max_fps(fps);
  }
  auto frame = encoder_.encode(picture_, captured, order);
  if (!frame) {
    LOG(kError, "encoder: {}", frame.error());
    return;
  }
  ++frames_;
  bytes_ += frame->data.size();
  spend(frame->data.size());
  if (encoder_.is_settled()) {
    const std::lock_guard lock(mutex_);
    schedule_.on_settled();
  }
  events_.on_frame(std::make_shared<const rtc::EncodedFrame>(*std::move(frame)));
}

void EncodeLoop::spend(std::size_t bytes) {
  const MonotonicTime time = now();
  const double ms = static_cast<double>(bytes) * 8 / encoder_.bitrate_kbps();
  paid_until_ = std::max(paid_until_, time) + Duration(static_cast<std::int64_t>(ms * 1e6));
  paid_until_ = std::min(paid_until_, time + kMostOnCredit);
  hold_until(paid_until_ - kOnCredit);
}

}  // namespace turnpike::renderer
