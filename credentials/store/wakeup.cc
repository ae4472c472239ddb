#include "credentials/store/wakeup.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace turnpike::credentials {

Wakeup::Wakeup() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Wakeup::~Wakeup() {
  if (fd_ >= 0) close(fd_);
}

void Wakeup::wake() {
  const std::uint64_t one = 1;
  // Fails only where it is readable already.
  [[maybe_unused]] const ssize_t written = write(fd_, &one, sizeof one);
}

bool Wakeup::wait(milliseconds timeout, int other_fd) {
  pollfd fds[2] = {{fd_, POLLIN, 0}, {other_fd, POLLIN, 0}};
  const auto most = std::clamp<milliseconds::rep>(timeout.count(), 0, 3'600'000);
  if (poll(fds, 2, static_cast<int>(most)) <= 0) return false;
  std::uint64_t count = 0;
  return read(fd_, &count, sizeof count) == static_cast<ssize_t>(sizeof count);
}

}  // namespace turnpike::credentials
