// The proxy's one thread of work: accepts, waits for sockets, time and looked-up names, and moves
// the connections on. Everything in here that is not said to be for any thread belongs to run().
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "cobrowse/renderer/egress/connection.h"
#include "cobrowse/renderer/egress/resolver_pool.h"
#include "cobrowse/renderer/egress/shared.h"

namespace turnpike::egress {

class EgressLoop {
 public:
  /// `listener` is a listening socket that was set_up(). The error is a sentence.
  static Result<std::unique_ptr<EgressLoop>, std::string> make(FileDescriptor listener,
                                                               EgressPolicy policy,
                                                               const EgressSettings& settings);

  /// Returns after stop(). Every connection that is left is reset.
  void run();

  // For any thread.
  void stop();
  std::uint64_t count(Reason reason) const { return shared_.reasons.read(reason); }
  std::uint64_t total(Total total) const { return shared_.totals.read(total); }
  std::size_t open_connections() const { return open_.load(std::memory_order_relaxed); }

 private:
  struct Resolved {
    std::uint64_t tag = 0;
    std::vector<IpAddress> addresses;
  };

  EgressLoop(FileDescriptor listener, EgressPolicy policy, const EgressSettings& settings);
  Result<void, std::string> watch_own_sockets();
  int time_to_wait() const;
  void on_event(std::uint64_t tag, std::uint32_t events);
  void accept_all();
  void turn_away(FileDescriptor client);
  void pause_accepting();
  void take_resolved();
  void on_resolved(std::uint64_t tag, std::vector<IpAddress> addresses);
  void check_time();
  /// After anything was done to a connection.
  void look_after(std::uint64_t tag);
  void wake();

  FileDescriptor epoll_;
  FileDescriptor wake_;
  WatchedSocket listener_;
  bool accepting_ = true;
  MonotonicTime next_check_ = kNever;  // no deadline is before that
  std::uint64_t next_tag_;
  Shared shared_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::atomic<std::size_t> open_{0};
  std::atomic<bool> stopping_{false};

  std::mutex mutex_;
  std::vector<Resolved> resolved_;  // under mutex_
  // The last member: its threads use the others.
  std::unique_ptr<ResolverPool> resolvers_;
};

}  // namespace turnpike::egress
