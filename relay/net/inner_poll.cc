#include "relay/net/inner_poll.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>

#include "base/check.h"

namespace turnpike::net {

InnerPoll::InnerPoll() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  CHECK(epoll_.valid());
}

bool InnerPoll::add(int fd, std::uint64_t token) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = token;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void InnerPoll::remove(int fd) {
  epoll_event unused{};
  static_cast<void>(::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, &unused));
}

std::size_t InnerPoll::wait(std::span<Ready> out) {
  constexpr std::size_t kAtOnce = 256;
  std::array<epoll_event, kAtOnce> events;
  const std::size_t room = std::min(out.size(), kAtOnce);
  if (room == 0) return 0;
  const int got = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(room), 0);
  if (got < 0) return 0;  // EINTR: nothing is lost, it is level-triggered
  const auto count = static_cast<std::size_t>(got);
  for (std::size_t i = 0; i < count; ++i) {
    out[i].token = events[i].data.u64;
    out[i].readable = (events[i].events & EPOLLIN) != 0;
    out[i].error = (events[i].events & (EPOLLERR | EPOLLHUP)) != 0;
  }
  return count;
}

}  // namespace turnpike::net
