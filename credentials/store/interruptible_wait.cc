#include "credentials/store/interruptible_wait.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/check.h"

namespace turnpike::credentials {

InterruptibleWait::InterruptibleWait() : signal_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  CHECK(signal_ >= 0);
}

InterruptibleWait::~InterruptibleWait() {
  ::close(signal_);
}

InterruptibleWait::Woken InterruptibleWait::wait(int fd, milliseconds timeout) {
  std::array<pollfd, 2> waiting = {{{signal_, POLLIN, 0}, {fd, POLLIN, 0}}};
  const auto longest = std::clamp<milliseconds::rep>(timeout.count(), 0, 1'000'000'000);
  const int ready = ::poll(waiting.data(), waiting.size(), static_cast<int>(longest));
  if (ready <= 0) return Woken::kTime;
  if (waiting[0].revents != 0) {
    std::uint64_t count = 0;
    const auto n = ::read(signal_, &count, sizeof count);
    static_cast<void>(n);
    return Woken::kInterrupted;
  }
  return Woken::kReadable;
}

void InterruptibleWait::interrupt() {
  const std::uint64_t one = 1;
  const auto n = ::write(signal_, &one, sizeof one);
  static_cast<void>(n);  // it fails only when the signal is up already
}

}  // namespace turnpike::credentials
