// InnerPoll: which of a shard's many relay sockets are ready. Its own descriptor is what the event
// loop watches, so that ten thousand relay sockets are one event there. Level-triggered: what is
// not drained is reported again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "relay/net/fd.h"

namespace turnpike::net {

class InnerPoll {
 public:
  struct Ready {
    std::uint64_t token = 0;
    bool readable = false;
    bool error = false;  // the error queue has something, see error_queue.h
  };

  /// Dies when the process cannot have one more descriptor: it is made at start only.
  InnerPoll();

  /// `token` comes back in Ready. False when the kernel refuses (out of memory or of epoll
  /// watches).
  bool add(int fd, std::uint64_t token);
  /// Before the descriptor is closed. A Ready that was handed out earlier may still name it.
  void remove(int fd);

  /// How many entries of `out` were filled. Never blocks; sockets take turns when `out` is too
  /// short for all.
  std::size_t wait(std::span<Ready> out);

  int fd() const { return epoll_.get(); }

 private:
  Fd epoll_;
};

}  // namespace turnpike::net
