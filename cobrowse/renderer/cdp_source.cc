#include "cobrowse/renderer/cdp_source.h"

#include <algorithm>
#include <cstring>

#include "base/base64.h"
#include "base/check.h"
#include "cobrowse/renderer/capture/monotonic_clock.h"

namespace turnpike::renderer {
namespace {

/// The browser skips frames while two are unacknowledged, so after a burst it is asked once more.
constexpr milliseconds kSettled{150};
constexpr std::size_t kMaxWaiting = 4;  // frames; the browser keeps to 2

bool same_row(const media::Picture& a, const media::Picture& b, int y) {
  const auto luma = static_cast<std::size_t>(a.width()), colour = luma / 2;
  return std::memcmp(a.luma(0, y), b.luma(0, y), luma) == 0 &&
         std::memcmp(a.blue(0, y), b.blue(0, y), colour) == 0 &&
         std::memcmp(a.red(0, y), b.red(0, y), colour) == 0;
}

}  // namespace

media::Box changed_rows(const media::Picture& a, const media::Picture& b) {
  int top = 0, bottom = a.height();
  while (top < bottom && same_row(a, b, top)) ++top;
  while (bottom > top && same_row(a, b, bottom - 1)) --bottom;
  if (top == bottom) return {};
  return media::even_part({.x = 0, .y = top, .width = a.width(), .height = bottom - top}, a.width(),
                          a.height());
}

CdpSource::CdpSource(browser::Browser& browser, int max_fps)
    : browser_(browser), max_fps_(max_fps) {
  CHECK(max_fps >= 1);
}

CdpSource::~CdpSource() {
  stop();
}

Result<void, std::string> CdpSource::start(capture::FrameSize size, capture::FrameSink& sink) {
  stop();
  if (!media::Picture::is_good_size(size.width, size.height)) {
    return fail(std::string("a picture's sides are even numbers, 16 to 4096"));
  }
  size_ = size;
  picture_.resize(size.width, size.height);
  has_picture_ = is_stopping_ = is_refresh_wanted_ = false;
  frames_.clear();
  thread_ = std::thread([this, &sink] { run(sink); });
  browser_.start_screencast([this](browser::ScreencastFrame frame) { on_frame(std::move(frame)); });
  return {};
}

void CdpSource::stop() {
  if (!thread_.joinable()) return;
  browser_.stop_screencast();
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

void CdpSource::request_refresh() {
  const std::lock_guard lock(mutex_);
  is_refresh_wanted_ = true;
  woken_.notify_all();
}

void CdpSource::on_frame(browser::ScreencastFrame frame) {
  const std::lock_guard lock(mutex_);
  frames_.push_back(std::move(frame));
  if (frames_.size() > kMaxWaiting) frames_.pop_front();
  woken_.notify_all();
}

void CdpSource::run(capture::FrameSink& sink) {
  const Duration gap = Duration(seconds(1)) / max_fps_;
  const auto has_work = [this] { return is_stopping_ || is_refresh_wanted_ || !frames_.empty(); };
  std::string unsettled;   // the session that may have skipped its last frame
  bool is_answer = false;  // the next frame is the one that was asked for
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    if (unsettled.empty()) {
      woken_.wait(lock, has_work);
    } else if (!woken_.wait_for(lock, kSettled, has_work)) {
      browser_.repeat_screencast(std::exchange(unsettled, {}));
      is_answer = true;
      continue;
    }
    if (std::exchange(is_refresh_wanted_, false) && has_picture_) {
      lock.unlock();
      sink.on_picture(picture_, picture_.whole(), capture::monotonic_now());
      lock.lock();
    }
    if (frames_.empty()) continue;
    const auto frames = std::exchange(frames_, {});
    lock.unlock();
    const MonotonicTime begun = capture::monotonic_now();
    show(frames.back(), sink);
    lock.lock();
    woken_.wait_for(lock, begun + gap - capture::monotonic_now(), [this] { return is_stopping_; });
    for (const browser::ScreencastFrame& frame : frames) browser_.acknowledge(frame);
    if (!std::exchange(is_answer, false)) unsettled = frames.back().session;
  }
}

void CdpSource::show(const browser::ScreencastFrame& frame, capture::FrameSink& sink) {
  const auto jpeg = base64_decode(frame.base64);
  if (!jpeg || !decoder_.decode(*jpeg, next_) || next_.width() != size_.width ||
      next_.height() != size_.height) {
    ++dropped_;
    return;
  }
  const media::Box box = has_picture_ ? changed_rows(picture_, next_) : next_.whole();
  if (box.is_empty()) return;
  std::swap(picture_, next_);
  has_picture_ = true;
  sink.on_picture(picture_, box, capture::monotonic_now());
}

}  // namespace turnpike::renderer
