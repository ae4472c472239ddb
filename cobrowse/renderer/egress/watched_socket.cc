#include "cobrowse/renderer/egress/watched_socket.h"

#include <sys/epoll.h>

#include "base/check.h"

namespace turnpike::egress {

void WatchedSocket::open(FileDescriptor fd) {
  close();
  fd_ = std::move(fd);
}

void WatchedSocket::close() {
  if (watched_) static_cast<void>(::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd_.get(), nullptr));
  fd_.reset();
  watched_ = false;
  lost_ = false;
  events_ = 0;
}

void WatchedSocket::want(std::uint32_t events) {
  CHECK(is_open());
  const bool watch = events != 0 || !lost_;
  if (watch == watched_ && events == events_) return;
  if (watch || watched_) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = tag_;
    const int operation = !watch ? EPOLL_CTL_DEL : watched_ ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    CHECK(::epoll_ctl(epoll_fd_, operation, fd_.get(), &event) == 0);
  }
  watched_ = watch;
  events_ = events;
}

}  // namespace turnpike::egress
