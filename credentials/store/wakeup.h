// Lets one thread end another's poll(): an eventfd that stays readable until it is taken. For the
// change feeds of the stores.
#pragma once

#include "base/time.h"

namespace turnpike::credentials {

class Wakeup {
 public:
  Wakeup();
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  /// From any thread.
  void wake();
  /// Waits until wake(), until `other_fd` can be read (-1: none), or for `timeout`. True for
  /// wake(), which is used up by that.
  bool wait(milliseconds timeout, int other_fd = -1);

 private:
  int fd_;
};

}  // namespace turnpike::credentials
