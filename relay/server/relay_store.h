// The relay's store of users: its watcher, its lookup threads, and how their news reach the shards.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "credentials/store/open_store.h"
#include "relay/crypto/openssl_digests.h"
#include "relay/server/quota/quota_table.h"
#include "relay/server/users/store_health.h"
#include "relay/server/users/store_policy.h"
#include "relay/server/users/store_watcher.h"
#include "relay/server/users/user_lookups.h"

namespace turnpike::server {

class Shard;

class RelayStore {
 public:
  /// `base` and `quotas` outlive it.
  RelayStore(const credentials::StoreSettings& settings, const PolicyBase& base,
             QuotaTable& quotas);
  ~RelayStore();

  /// Begins to watch, and waits a moment for the first reading: a relay that is ready lets people
  /// in. The shards may not run yet; they outlive stop().
  void start(const std::vector<std::unique_ptr<Shard>>& shards);
  void stop();

  UserLookups& lookups() { return *lookups_; }
  const UserLookups& lookups() const { return *lookups_; }
  const StoreHealth& health() const { return health_; }
  /// As last read. From any thread.
  std::vector<credentials::Revocation> revocations() const;
  /// A handle for one thread; it must not outlive this object.
  std::unique_ptr<credentials::Store> open();

 private:
  credentials::StoreResult<void> on_news(StoreNews news);
  void deliver(unsigned shard, const UserAnswer& answer);
  void apply_quotas(const StoreSnapshot& snapshot);

  credentials::StoreSettings settings_;
  mutable std::mutex mutex_;
  std::deque<crypto::OpensslDigests> digests_;  // one for each handle
  const PolicyBase& base_;
  QuotaTable& quotas_;
  const QuotaSettings configured_;
  StoreHealth health_;
  std::vector<credentials::Revocation>
      revocations_;  // of the last reading; only the watcher writes
  std::vector<Shard*> shards_;
  std::unique_ptr<StoreWatcher> watcher_;
  std::unique_ptr<UserLookups> lookups_;
};

}  // namespace turnpike::server
