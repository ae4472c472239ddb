// GLib's main loop on a thread of its own: where libnice works, and whatever has to happen beside
// it. All of a renderer's media state lives on this thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/time.h"

namespace turnpike::ice {

class EventLoop {
 public:
  EventLoop();
  /// Ends the thread; what was posted and has not run yet is dropped. Not on the loop's own thread.
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Runs soon, in order, on the loop's thread. Any thread.
  void post(std::function<void()> work);
  /// The same, and returns when it has run. Not on the loop's own thread.
  void run(const std::function<void()>& work);
  /// Once, after that time; on the loop's thread only. The number cancels it, and is never 0.
  unsigned after(milliseconds delay, std::function<void()> work);
  void cancel(unsigned timer);
  bool is_own_thread() const;

  struct Context;  // GLib's
  Context& context() { return *context_; }

 private:
  std::unique_ptr<Context> context_;
};

}  // namespace turnpike::ice
