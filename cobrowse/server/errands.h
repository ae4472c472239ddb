// Work that waits for others, done in order on a thread of its own.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace turnpike::cobrowse {

class Errands {
 public:
  static constexpr std::size_t kMaxQueued = 10'000;

  Errands();
  /// What is queued is done first.
  ~Errands();
  Errands(const Errands&) = delete;
  Errands& operator=(const Errands&) = delete;
  /// False: too much waits already.
  bool post(std::function<void()> work);

 private:
  void run();
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace turnpike::cobrowse
