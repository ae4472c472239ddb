// A socket with its place in an epoll set, which asks the kernel only for changes.
#pragma once

#include <cstdint>

#include "cobrowse/renderer/egress/sockets.h"

namespace turnpike::egress {

class WatchedSocket {
 public:
  /// `tag` is what epoll_wait(2) tells about this one; `epoll_fd` must stay open.
  WatchedSocket(int epoll_fd, std::uint64_t tag) : epoll_fd_(epoll_fd), tag_(tag) {}
  ~WatchedSocket() { close(); }
  WatchedSocket(const WatchedSocket&) = delete;
  WatchedSocket& operator=(const WatchedSocket&) = delete;

  /// Closes the one before; the new one is not watched yet.
  void open(FileDescriptor fd);
  void close();
  bool is_open() const { return fd_.is_open(); }
  int fd() const { return fd_.get(); }

  /// EPOLLIN, EPOLLOUT, both or 0. Loss is told in any case, until note_loss().
  void want(std::uint32_t events);
  /// EPOLLHUP or EPOLLERR came. The kernel would go on telling that: from now on the socket is out
  /// of the set while nothing is wanted.
  void note_loss() { lost_ = true; }

 private:
  int epoll_fd_;
  std::uint64_t tag_;
  FileDescriptor fd_;
  bool watched_ = false;
  bool lost_ = false;
  std::uint32_t events_ = 0;
};

}  // namespace turnpike::egress
