#include "relay/server/users/store_watcher.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "credentials/store/records.h"
#include "relay/server/ops/signals.h"

namespace turnpike::server {

using credentials::StoreError;
using credentials::StoreFailure;
using credentials::StoreResult;
using credentials::Table;

namespace {

constexpr milliseconds kFeedWait{1000};
/// Readings take a twentieth of this thread's time at most, as far as longest_reread allows.
constexpr int kRestPerReading = 20;

StoreError stopped() {
  return {StoreFailure::kUnavailable, "stopping"};
}

}  // namespace

StoreWatcher::StoreWatcher(StoreWatcherSettings settings, StoreHealth& health, Publish publish)
    : settings_(std::move(settings)), health_(health), publish_(std::move(publish)) {}

StoreWatcher::~StoreWatcher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_.store(true, std::memory_order_release);
    if (feed_ != nullptr) feed_->interrupt();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void StoreWatcher::start() {
  thread_ = std::thread([this] {
    block_signals_in_this_thread();
    work();
  });
}

bool StoreWatcher::wait_until_ready(milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return ready_; });
}

void StoreWatcher::work() {
  const std::unique_ptr<credentials::Store> store = settings_.open();
  bool told_away = false;
  while (!is_stopping()) {
    const StoreError error = watch(*store);
    if (is_stopping()) return;
    health_.note_failure(error);
    {
      const std::lock_guard lock(mutex_);
      told_away = told_away && !ready_;
      ready_ = false;
    }
    if (!std::exchange(told_away, true)) static_cast<void>(publish(false, std::nullopt));
    if (!pause(settings_.retry)) return;
  }
}

StoreError StoreWatcher::watch(credentials::Store& store) {
  // A database that is there but does not let us make tables of our own is good for its users.
  const auto prepared = store.prepare();
  if (!prepared && prepared.error().failure != StoreFailure::kRefused) return prepared.error();
  // Before the first reading, so that what changes meanwhile is noticed.
  const auto feed = store.changes();
  {
    const std::lock_guard lock(mutex_);
    feed_ = feed.get();
  }
  StoreResult<void> done = read(store);
  while (done && !is_stopping()) {
    bool changed = true;
    if (feed) {
      const auto told = feed->wait(kFeedWait);
      if (!told) done = fail(told.error());
      changed = told.value_or(false);
      const auto early = settings_.least_distance - (Clock::now() - last_read_);
      if (changed && early > Clock::duration(0)) {
        pause(std::chrono::ceil<milliseconds>(early));
      }
    } else {
      pause(credentials::kMaxStaleness);
      changed = is_stale(Clock::now());
      if (!changed) done = publish(true, std::nullopt);
    }
    if (!done || !changed || is_stopping()) continue;
    done = read(store);
  }
  const std::lock_guard lock(mutex_);
  feed_ = nullptr;
  return done ? stopped() : done.error();
}

StoreResult<void> StoreWatcher::read(credentials::Store& store) {
  last_read_ = Clock::now();
  auto snapshot = read_snapshot(store);
  reading_took_ = Clock::now() - last_read_;
  if (!snapshot) return fail(snapshot.error());
  if (auto used = publish(true, std::move(*snapshot)); !used) return used;
  health_.note_success();
  const std::lock_guard lock(mutex_);
  ready_ = true;
  changed_.notify_all();
  return {};
}

StoreResult<void> StoreWatcher::publish(bool ready, std::optional<StoreSnapshot> snapshot) {
  const std::uint64_t generation = generation_.fetch_add(1, std::memory_order_acq_rel) + 1;
  return publish_({generation, ready, std::move(snapshot)});
}

StoreResult<StoreSnapshot> StoreWatcher::read_snapshot(credentials::Store& store) {
  StoreSnapshot snapshot;
  auto secrets = credentials::list_secrets(store, settings_.realm);
  if (!secrets) return fail(secrets.error());
  for (auto& record : *secrets) snapshot.secrets.push_back(std::move(record.value));
  for (const Table table : {Table::kAllowedPeer, Table::kDeniedPeer}) {
    auto& list = table == Table::kAllowedPeer ? snapshot.allowed_peers : snapshot.denied_peers;
    // An empty realm is the default realm, which is the one that this relay has.
    for (const std::string_view realm : {std::string_view(settings_.realm), std::string_view()}) {
      auto ranges = credentials::list_peer_ranges(store, table, realm);
      if (!ranges) return fail(ranges.error());
      for (auto& record : *ranges) list.push_back(std::move(record.range));
    }
  }
  auto options = credentials::list_realm_options(store, settings_.realm);
  if (!options) return fail(options.error());
  for (const auto& option : *options) {
    if (option.option == "max-bps") snapshot.max_bps = option.value;
    if (option.option == "user-quota") snapshot.user_quota = option.value;
    if (option.option == "total-quota") snapshot.total_quota = option.value;
  }
  auto revocations = credentials::list_revocations(store);
  if (revocations) {
    snapshot.revocations = std::move(*revocations);
  } else if (revocations.error().failure != StoreFailure::kRefused) {
    return fail(revocations.error());
  } else if (!std::exchange(told_no_revocations_, true)) {
    LOG(kWarning, "the user database holds no revocations: {}",
        log::log_safe(revocations.error().text, 512));
  }
  return snapshot;
}

bool StoreWatcher::is_stale(Clock::time_point now) const {
  const Clock::duration rest =
      std::max<Clock::duration>(settings_.reread, kRestPerReading * reading_took_);
  return now - last_read_ >= std::min<Clock::duration>(rest, settings_.longest_reread);
}

bool StoreWatcher::pause(milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return is_stopping(); });
  return !is_stopping();
}

}  // namespace turnpike::server
