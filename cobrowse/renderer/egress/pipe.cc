#include "cobrowse/renderer/egress/pipe.h"

#include <utility>

namespace turnpike::egress {

void Pipe::clear() {
  bytes_.clear();
  sent_ = 0;
  // A long head is no reason to keep that much for ever.
  if (bytes_.capacity() > 2 * kPipeBytes) bytes_.shrink_to_fit();
}

IoStatus Pipe::drain(int fd, bool& moved) {
  while (!empty()) {
    const IoResult sent = send_some(fd, as_bytes(std::string_view(bytes_).substr(sent_)));
    if (sent.status != IoStatus::kDone) {
      if (sent.status != IoStatus::kAgain) return IoStatus::kError;
      // Not at every turn: a long answer would be moved again and again.
      if (sent_ > size()) bytes_.erase(0, std::exchange(sent_, 0));
      return IoStatus::kAgain;
    }
    sent_ += sent.bytes;
    moved = true;
  }
  clear();
  return IoStatus::kDone;
}

}  // namespace turnpike::egress
