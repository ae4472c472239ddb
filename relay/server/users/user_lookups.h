// Asks the store for users, on threads of its own, for all shards. Questions for one user that wait
// at the same time are one question. Bounded; never blocks a shard.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "credentials/core/user_directory.h"
#include "credentials/store/store.h"
#include "relay/server/users/store_health.h"

namespace turnpike::server {

struct UserAnswer {
  std::string user;
  credentials::DirectoryAnswer answer;
  std::uint64_t generation = 0;  // of the store when it was asked
};

struct UserLookupsSettings {
  std::function<std::unique_ptr<credentials::Store>()> open;  // once per thread
  std::string realm;
  unsigned threads = 2;
  std::size_t max_waiting = 4096;  // users; further ones are told that the store is unavailable
};

class UserLookups {
 public:
  /// From a thread of this object.
  using Deliver = std::function<void(unsigned shard, const UserAnswer& answer)>;

  UserLookups(UserLookupsSettings settings, const std::atomic<std::uint64_t>& generation,
              StoreHealth& health, Deliver deliver);
  ~UserLookups();
  UserLookups(const UserLookups&) = delete;
  UserLookups& operator=(const UserLookups&) = delete;

  /// False: no room. Otherwise the answer is delivered, once.
  bool ask(unsigned shard, std::string_view user);

  // From any thread.
  std::uint64_t asked() const { return asked_.load(std::memory_order_relaxed); }
  /// How often ask() had no room.
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
  std::size_t waiting() const;
  std::size_t max_waiting() const { return settings_.max_waiting; }

 private:
  void work();
  credentials::DirectoryAnswer look_up(credentials::Store& store, const std::string& user);

  UserLookupsSettings settings_;
  const std::atomic<std::uint64_t>& generation_;
  StoreHealth& health_;
  Deliver deliver_;
  std::atomic<std::uint64_t> asked_{0};
  std::atomic<std::uint64_t> refused_{0};

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::deque<std::string> queue_;
  std::map<std::string, std::vector<unsigned>, std::less<>> shards_waiting_;
  std::vector<std::thread> threads_;
};

}  // namespace turnpike::server
