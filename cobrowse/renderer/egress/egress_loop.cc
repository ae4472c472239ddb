#include "cobrowse/renderer/egress/egress_loop.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>
#include <utility>

#include "base/log.h"
#include "cobrowse/renderer/egress/refusal_page.h"

namespace turnpike::egress {
namespace {

constexpr std::uint64_t kListenerTag = 0;
constexpr std::uint64_t kWakeTag = 1;
constexpr std::uint64_t kFirstTag = 2;  // even: the browser's side; odd: the site's
constexpr std::size_t kEventsAtOnce = 64;
/// How long nothing is accepted after the process has run out of descriptors.
constexpr milliseconds kAcceptPause{200};

MonotonicTime steady_now() {
  return MonotonicTime(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

Result<std::unique_ptr<EgressLoop>, std::string> EgressLoop::make(FileDescriptor listener,
                                                                  EgressPolicy policy,
                                                                  const EgressSettings& settings) {
  std::unique_ptr<EgressLoop> loop(
      new EgressLoop(std::move(listener), std::move(policy), settings));
  if (auto watching = loop->watch_own_sockets(); !watching) return fail(watching.error());
  return loop;
}

EgressLoop::EgressLoop(FileDescriptor listener, EgressPolicy policy, const EgressSettings& settings)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      listener_(epoll_.get(), kListenerTag),
      next_tag_(kFirstTag),
      shared_{.policy = std::move(policy),
              .limits = settings.limits,
              .on_refused = settings.on_refused,
              .local_site = settings.local_site,
              .epoll_fd = epoll_.get()} {
  listener_.open(std::move(listener));
  resolvers_ = std::make_unique<ResolverPool>(
      std::max<std::size_t>(settings.limits.resolver_threads, 1), settings.limits.resolver_line,
      settings.resolver, [this](std::uint64_t tag, std::vector<IpAddress> addresses) {
        on_resolved(tag, std::move(addresses));
      });
}

Result<void, std::string> EgressLoop::watch_own_sockets() {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kWakeTag;
  if (!epoll_.is_open() || !wake_.is_open() ||
      ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) {
    return fail(fmt::format("egress proxy: no epoll set: {}", std::strerror(errno)));
  }
  listener_.want(EPOLLIN);
  return {};
}

void EgressLoop::run() {
  std::array<epoll_event, kEventsAtOnce> events{};
  shared_.now = steady_now();
  while (!stopping_.load(std::memory_order_acquire)) {
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), time_to_wait());
    shared_.now = steady_now();
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      on_event(event.data.u64, event.events);
    }
    if (shared_.now >= next_check_) check_time();
  }
  for (const auto& one : connections_) one.second->on_stop();
  connections_.clear();
  listener_.close();
  open_.store(0, std::memory_order_relaxed);
}

void EgressLoop::stop() {
  stopping_.store(true, std::memory_order_release);
  wake();
}

void EgressLoop::wake() {
  const std::uint64_t one = 1;
  // Fails only when it is full, and then the loop is awake.
  static_cast<void>(!::write(wake_.get(), &one, sizeof one));
}

int EgressLoop::time_to_wait() const {
  if (next_check_ == kNever) return -1;
  const auto left = std::chrono::ceil<milliseconds>(next_check_ - shared_.now).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

void EgressLoop::on_event(std::uint64_t tag, std::uint32_t events) {
  if (tag == kListenerTag) {
    accept_all();
  } else if (tag == kWakeTag) {
    std::uint64_t drop = 0;
    static_cast<void>(!::read(wake_.get(), &drop, sizeof drop));
    take_resolved();
  } else {
    const std::uint64_t first = tag & ~std::uint64_t{1};
    const auto found = connections_.find(first);
    if (found == connections_.end()) return;  // closed by an event before this one
    found->second->on_ready(tag == first ? Side::kClient : Side::kUpstream, events);
    look_after(first);
  }
}

void EgressLoop::accept_all() {
  while (true) {
    auto client = accept_next(listener_.fd());
    if (!client) {
      const int error = client.error();
      if (error == ECONNABORTED || error == EINTR) continue;
      if (error == EAGAIN || error == EWOULDBLOCK) return;
      LOG(kWarning, "egress proxy: cannot accept: {}; pausing", std::strerror(error));
      pause_accepting();
      return;
    }
    shared_.totals.add(Total::kConnections);
    if (connections_.size() >= shared_.limits.connections) {
      turn_away(std::move(*client));
      continue;
    }
    const std::uint64_t tag = std::exchange(next_tag_, next_tag_ + 2);
    connections_.emplace(tag, std::make_unique<Connection>(std::move(*client), tag, shared_));
    look_after(tag);
  }
}

/// Without reading what was asked: that would be a connection like any other.
void EgressLoop::turn_away(FileDescriptor client) {
  shared_.reasons.add(Reason::kTooManyConnections);
  Pipe answer;
  bool moved = false;
  answer.put(refusal_line(Reason::kTooManyConnections));
  static_cast<void>(answer.drain(client.get(), moved));
  send_end(client.get());
}

/// Out of descriptors, most likely; the listening socket would be ready all the time.
void EgressLoop::pause_accepting() {
  listener_.want(0);
  accepting_ = false;
  next_check_ = std::min(next_check_, shared_.now + kAcceptPause);
}

void EgressLoop::on_resolved(std::uint64_t tag, std::vector<IpAddress> addresses) {
  {
    const std::lock_guard lock(mutex_);
    resolved_.push_back({.tag = tag, .addresses = std::move(addresses)});
  }
  wake();
}

void EgressLoop::take_resolved() {
  std::vector<Resolved> resolved;
  {
    const std::lock_guard lock(mutex_);
    resolved.swap(resolved_);
  }
  for (const Resolved& one : resolved) {
    const auto found = connections_.find(one.tag);
    if (found == connections_.end()) continue;  // gone while it waited
    found->second->on_resolved(one.addresses);
    look_after(one.tag);
  }
}

void EgressLoop::check_time() {
  next_check_ = kNever;
  if (!accepting_) {
    accepting_ = true;
    listener_.want(EPOLLIN);
  }
  std::vector<std::uint64_t> late;
  for (const auto& [tag, connection] : connections_) {
    if (connection->deadline() <= shared_.now) {
      late.push_back(tag);
    } else {
      next_check_ = std::min(next_check_, connection->deadline());
    }
  }
  for (const std::uint64_t tag : late) {
    connections_.at(tag)->on_time();
    look_after(tag);
  }
}

void EgressLoop::look_after(std::uint64_t tag) {
  const auto found = connections_.find(tag);
  Connection& connection = *found->second;
  if (auto host = connection.take_lookup()) {
    if (!resolvers_->submit(tag, std::move(*host))) connection.on_resolver_busy();
  }
  if (connection.is_closed()) {
    connections_.erase(found);
  } else {
    next_check_ = std::min(next_check_, connection.deadline());
  }
  open_.store(connections_.size(), std::memory_order_relaxed);
}

}  // namespace turnpike::egress
