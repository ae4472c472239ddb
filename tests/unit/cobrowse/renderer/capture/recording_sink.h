// Keeps what a source delivers, and waits for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "cobrowse/renderer/capture/frame_source.h"

namespace turnpike::capture {

class RecordingSink final : public FrameSink {
 public:
  void on_picture(const media::Picture& picture, const media::Box& changed,
                  MonotonicTime captured) override {
    const std::lock_guard lock(mutex_);
    if (picture_.is_empty()) picture_.resize(picture.width(), picture.height());
    picture_.copy_box(picture, changed);
    boxes_.push_back(changed);
    times_.push_back(captured);
    changed_.notify_all();
  }
  void on_lost(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    lost_.emplace_back(text);
    changed_.notify_all();
  }

  /// Whether there are that many pictures within `timeout`.
  bool wait_for_pictures(std::size_t count, milliseconds timeout = milliseconds(10'000)) {
    return wait_until([&] { return boxes_.size() >= count; }, timeout);
  }
  bool wait_for_luma(int x, int y, int luma) {
    return wait_until([&] { return !picture_.is_empty() && *picture_.luma(x, y) == luma; },
                      milliseconds(10'000));
  }
  bool wait_for_loss() {
    return wait_until([&] { return !lost_.empty(); }, milliseconds(10'000));
  }

  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return boxes_.size();
  }
  // As of now.
  media::Picture picture() {
    const std::lock_guard lock(mutex_);
    return picture_;
  }
  std::vector<media::Box> boxes() {
    const std::lock_guard lock(mutex_);
    return boxes_;
  }
  std::vector<MonotonicTime> times() {
    const std::lock_guard lock(mutex_);
    return times_;
  }
  std::vector<std::string> lost() {
    const std::lock_guard lock(mutex_);
    return lost_;
  }

 private:
  template <class Condition>
  bool wait_until(Condition condition, milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, condition);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  media::Picture picture_;
  std::vector<media::Box> boxes_;
  std::vector<MonotonicTime> times_;
  std::vector<std::string> lost_;
};

}  // namespace turnpike::capture
