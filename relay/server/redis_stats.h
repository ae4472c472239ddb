// redis-statsdb: the state of every session, kept and published in Redis by a thread of its own. A
// shard only puts an event into a bounded queue; what does not fit is counted and lost. Whoever
// reads the store for users and secrets is somebody else.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "credentials/store/redis_connection.h"
#include "relay/server/redis_stats_event.h"

namespace turnpike::server {

class RedisStats {
 public:
  static constexpr std::size_t kMaxTraffic = 8192;  // events queued; past that, traffic is lost
  static constexpr std::size_t kMaxQueued = 65536;  // and past that, states are

  /// `server` names this relay among those that share the database, and stays the same when it is
  /// started again: the keys that it left behind then are removed, and nobody else's.
  RedisStats(credentials::RedisSettings settings, const std::string& server);
  ~RedisStats();
  RedisStats(const RedisStats&) = delete;
  RedisStats& operator=(const RedisStats&) = delete;

  void start();
  /// Sends what is queued, if the server takes it.
  void stop();

  /// From any thread; never waits for Redis.
  void add(RedisStatsEvent event);

  /// Messages that nobody was told of: the queue was full or the server away.
  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  using Commands = std::vector<credentials::RedisCommand>;

  void run();
  bool take(std::vector<RedisStatsEvent>& batch);
  /// Also remembers the state, for a server that comes back empty.
  void append(Commands& commands, const RedisStatsEvent& event);
  void deliver(const Commands& commands);
  bool connect();
  credentials::StoreResult<void> restore();
  void tell_down(const credentials::StoreError& error);

  credentials::RedisConnection connection_;
  std::string registry_;                     // a set: the status keys of this relay
  std::map<std::string, std::string> live_;  // status key -> status; the thread's own
  bool told_down_ = false;
  std::chrono::steady_clock::time_point retry_{};

  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<RedisStatsEvent> queue_;
  bool stopping_ = false;
  std::atomic<std::uint64_t> lost_{0};
  std::thread thread_;
};

/// "<host name>:<port>"
std::string stats_server_name(std::uint16_t listening_port);

}  // namespace turnpike::server
