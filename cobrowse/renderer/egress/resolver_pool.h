// Names are looked up on threads of their own, because the system's resolver waits. Bounded: so
// many threads, so many names in line.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/ip_address.h"

namespace turnpike::egress {

/// The addresses of a host name, in the order in which they are to be tried; none where there are
/// none. Called from several threads at once.
using Resolver = std::function<std::vector<IpAddress>(const std::string& host)>;

/// getaddrinfo(3): the machine's files and name servers, in the order of RFC 6724.
std::vector<IpAddress> system_resolver(const std::string& host);

class ResolverPool {
 public:
  /// Called from a thread of the pool.
  using OnResolved = std::function<void(std::uint64_t id, std::vector<IpAddress> addresses)>;

  ResolverPool(std::size_t threads, std::size_t line, Resolver resolver, OnResolved on_resolved);
  /// Forgets what is in line and waits for the look-ups under way.
  ~ResolverPool();
  ResolverPool(const ResolverPool&) = delete;
  ResolverPool& operator=(const ResolverPool&) = delete;

  /// False when the line is full; then nothing comes of it.
  bool submit(std::uint64_t id, std::string host);

 private:
  struct Question {
    std::uint64_t id = 0;
    std::string host;
  };
  void work();

  const std::size_t line_;
  const Resolver resolver_;
  const OnResolved on_resolved_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Question> waiting_;  // under mutex_
  bool stopping_ = false;         // under mutex_
  std::vector<std::thread> threads_;
};

}  // namespace turnpike::egress
