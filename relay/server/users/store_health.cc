#include "relay/server/users/store_health.h"

#include <utility>

#include "base/log.h"

namespace turnpike::server {

void StoreHealth::note_success() {
  if (up_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex_);
  up_.store(true, std::memory_order_relaxed);
  if (std::exchange(told_down_, false)) LOG(kInfo, "the user database answers again");
}

void StoreHealth::note_failure(const credentials::StoreError& error) {
  failures_.fetch_add(1, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  up_.store(false, std::memory_order_relaxed);
  if (std::exchange(told_down_, true)) return;
  LOG(kError, "the user database does not answer, new clients get 500: {}",
      log::log_safe(error.text, 512));
}

}  // namespace turnpike::server
