// Keeps what the relay must know of its store as a whole (secrets, peer lists, quotas, revocations)
// up to date, on a thread of its own: reads it at start and after every change, and says when the
// store is away.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "credentials/core/revocation.h"
#include "credentials/store/store.h"
#include "relay/server/users/store_health.h"

namespace turnpike::server {

/// Of the relay's realm.
struct StoreSnapshot {
  std::vector<Secret> secrets;
  std::vector<std::string> allowed_peers;  // as they stand in the store
  std::vector<std::string> denied_peers;
  std::optional<std::uint64_t> max_bps;
  std::optional<std::uint64_t> user_quota;
  std::optional<std::uint64_t> total_quota;
  std::vector<credentials::Revocation> revocations;
};

struct StoreNews {
  std::uint64_t generation = 0;
  bool ready = false;                     // false: the store is away
  std::optional<StoreSnapshot> snapshot;  // when it was read again
};

struct StoreWatcherSettings {
  std::function<std::unique_ptr<credentials::Store>()> open;
  std::string realm;
  milliseconds retry{500};  // after a failure
  // Without a feed: after how long everything is read again, and at most after how long where a
  // reading takes its time.
  milliseconds reread{200};
  milliseconds longest_reread{1000};
  milliseconds least_distance{20};  // between two readings
};

class StoreWatcher {
 public:
  /// From the watcher's thread. An error means that the snapshot cannot be used; the store counts
  /// as away then.
  using Publish = std::function<credentials::StoreResult<void>(StoreNews news)>;

  StoreWatcher(StoreWatcherSettings settings, StoreHealth& health, Publish publish);
  ~StoreWatcher();
  StoreWatcher(const StoreWatcher&) = delete;
  StoreWatcher& operator=(const StoreWatcher&) = delete;

  /// Moves with every change; read it before the store is read.
  const std::atomic<std::uint64_t>& generation() const { return generation_; }
  void start();
  /// True when the first reading has succeeded in time.
  bool wait_until_ready(milliseconds timeout);

 private:
  using Clock = std::chrono::steady_clock;
  void work();
  /// Until something fails or the watcher is stopped.
  credentials::StoreError watch(credentials::Store& store);
  credentials::StoreResult<void> read(credentials::Store& store);
  credentials::StoreResult<StoreSnapshot> read_snapshot(credentials::Store& store);
  credentials::StoreResult<void> publish(bool ready, std::optional<StoreSnapshot> snapshot);
  bool pause(milliseconds time);  // false: stop
  /// Without a feed: whether it is time to read again.
  bool is_stale(Clock::time_point now) const;
  bool is_stopping() const { return stopping_.load(std::memory_order_acquire); }

  StoreWatcherSettings settings_;
  StoreHealth& health_;
  Publish publish_;
  std::atomic<std::uint64_t> generation_{1};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  credentials::ChangeFeed* feed_ = nullptr;  // to interrupt
  bool ready_ = false;
  bool told_no_revocations_ = false;
  Clock::time_point last_read_{};
  Clock::duration reading_took_{};
  std::thread thread_;
};

}  // namespace turnpike::server
