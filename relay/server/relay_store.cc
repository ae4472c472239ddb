#include "relay/server/relay_store.h"

#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "relay/server/shard.h"

namespace turnpike::server {

using credentials::StoreResult;

namespace {

constexpr milliseconds kFirstReading{2000};

}  // namespace

RelayStore::RelayStore(const credentials::StoreSettings& settings, const PolicyBase& base,
                       QuotaTable& quotas)
    : settings_(settings), base_(base), quotas_(quotas), configured_(quotas.limits()) {
  const auto open_one = [this] { return open(); };
  watcher_ = std::make_unique<StoreWatcher>(
      StoreWatcherSettings{.open = open_one, .realm = base_.policy.realm}, health_,
      [this](StoreNews news) { return on_news(std::move(news)); });
  lookups_ = std::make_unique<UserLookups>(
      UserLookupsSettings{.open = open_one, .realm = base_.policy.realm}, watcher_->generation(),
      health_, [this](unsigned shard, const UserAnswer& answer) { deliver(shard, answer); });
}

RelayStore::~RelayStore() = default;

std::unique_ptr<credentials::Store> RelayStore::open() {
  credentials::StoreSettings settings = settings_;
  {
    const std::lock_guard lock(mutex_);
    settings.digests = &digests_.emplace_back();
  }
  auto store = credentials::open_store(settings);
  CHECK(store.has_value());  // choose_store has tried the same
  return std::move(*store);
}

std::vector<credentials::Revocation> RelayStore::revocations() const {
  const std::lock_guard lock(mutex_);
  return revocations_;
}

void RelayStore::start(const std::vector<std::unique_ptr<Shard>>& shards) {
  for (const auto& shard : shards) shards_.push_back(shard.get());
  watcher_->start();
  if (!watcher_->wait_until_ready(kFirstReading)) {
    LOG(kWarning, "the user database has not answered yet: new clients get 500 until it does");
  }
}

void RelayStore::stop() {
  lookups_.reset();  // it reads the watcher's generation
  watcher_.reset();
}

void RelayStore::deliver(unsigned shard, const UserAnswer& answer) {
  shards_[shard]->post(DeliverAnswer{answer});
}

StoreResult<void> RelayStore::on_news(StoreNews news) {
  ApplyStoreNews command;
  command.generation = news.generation;
  command.ready = news.ready;
  if (news.snapshot) {
    auto policy = policy_with_store(base_, *news.snapshot);
    if (!policy) return fail(policy.error());
    command.policy = std::move(*policy);
    RevocationChange change = compare_revocations(revocations_, news.snapshot->revocations);
    using Rules = std::vector<credentials::Revocation>;
    command.revoked = std::make_shared<const Rules>(std::move(change.added));
    command.lifted = std::make_shared<const Rules>(std::move(change.lifted));
    apply_quotas(*news.snapshot);
    const std::lock_guard lock(mutex_);
    revocations_ = std::move(news.snapshot->revocations);
  }
  for (Shard* shard : shards_) shard->post(command);
  return {};
}

void RelayStore::apply_quotas(const StoreSnapshot& snapshot) {
  QuotaSettings limits = configured_;
  if (snapshot.user_quota) limits.user_quota = *snapshot.user_quota;
  if (snapshot.total_quota) limits.total_quota = *snapshot.total_quota;
  quotas_.set_limits(limits);
}

}  // namespace turnpike::server
