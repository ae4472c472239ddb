// Waits for a descriptor or a time, and lets another thread end the wait: what every ChangeFeed is
// made of.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace turnpike::credentials {

class InterruptibleWait {
 public:
  enum class Woken : std::uint8_t { kTime, kReadable, kInterrupted };

  InterruptibleWait();
  ~InterruptibleWait();
  InterruptibleWait(const InterruptibleWait&) = delete;
  InterruptibleWait& operator=(const InterruptibleWait&) = delete;

  /// `fd` -1: only the time and the interrupt. An interrupt that came before counts once.
  Woken wait(int fd, milliseconds timeout);
  /// From any thread.
  void interrupt();

 private:
  int signal_;
};

}  // namespace turnpike::credentials
