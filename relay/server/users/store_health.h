// Whether the store of users answers, told to the log when that changes and not before. For any
// thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "credentials/store/store.h"

namespace turnpike::server {

class StoreHealth {
 public:
  void note_success();
  void note_failure(const credentials::StoreError& error);
  bool is_up() const { return up_.load(std::memory_order_relaxed); }
  std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }

 private:
  std::mutex mutex_;
  std::atomic<bool> up_{false};
  bool told_down_ = false;
  std::atomic<std::uint64_t> failures_{0};
};

}  // namespace turnpike::server
