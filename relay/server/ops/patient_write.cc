#include "relay/server/ops/patient_write.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace turnpike::server {

WriteOutcome PatientWriter::write(int fd, std::string_view text) {
  while (!text.empty()) {
    if (!wait_until_writable(fd)) {
      stalled_ = true;
      return WriteOutcome::kStalled;
    }
    // A pipe that can be written to takes this much at once (pipe(7)), whether or not it may block.
    const std::size_t size = std::min<std::size_t>(text.size(), PIPE_BUF);
    const ssize_t written = ::write(fd, text.data(), size);
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    if (written < 0 && errno != EINTR && errno != EAGAIN) return WriteOutcome::kFailed;
  }
  stalled_ = false;
  return WriteOutcome::kDone;
}

/// Errors and hang-ups count as writable: write() tells what they are.
bool PatientWriter::wait_until_writable(int fd) const {
  pollfd writable{fd, POLLOUT, 0};
  const int timeout = stalled_ ? 0 : static_cast<int>(patience_.count());
  int ready = 0;
  do {
    ready = ::poll(&writable, 1, timeout);
  } while (ready < 0 && errno == EINTR);
  return ready != 0;
}

}  // namespace turnpike::server
