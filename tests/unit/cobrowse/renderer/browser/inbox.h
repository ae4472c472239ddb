// Where a browser's events are delivered: the test's own thread, in wait_for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "base/time.h"

namespace turnpike::browser {

class Inbox {
 public:
  void post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    wake_.notify_all();
  }
  bool wait_for(const std::function<bool()>& holds, milliseconds patience = seconds(30)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::unique_lock lock(mutex_);
    while (!holds()) {
      if (!wake_.wait_until(lock, deadline, [this] { return !work_.empty(); })) return false;
      const auto work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    }
    return true;
  }
  std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return work_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> work_;
};

}  // namespace turnpike::browser
