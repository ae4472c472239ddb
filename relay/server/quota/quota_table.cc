#include "relay/server/quota/quota_table.h"

#include <algorithm>

#include "base/check.h"

namespace turnpike::server {
namespace {

using turn::QuotaVerdict;

/// The value of a text key, made when it is not there, without a copy of the key when it is.
template <class Map>
typename Map::mapped_type& entry_of(Map& map, std::string_view key) {
  const auto known = map.find(key);
  return known != map.end() ? known->second : map[std::string(key)];
}

}  // namespace

QuotaVerdict QuotaTable::acquire(std::string_view realm, std::string_view user,
                                 std::uint64_t bytes_per_s) {
  const std::lock_guard lock(mutex_);
  const QuotaVerdict verdict = judge(realm, user, bytes_per_s);
  if (verdict != QuotaVerdict::kGranted) return verdict;
  Realm& in_realm = entry_of(realms_, realm);
  ++in_realm.allocations;
  if (!user.empty()) ++entry_of(in_realm.users, user);
  reserved_bytes_per_s_ += bytes_per_s;
  return verdict;
}

void QuotaTable::release(std::string_view realm, std::string_view user, std::uint64_t bytes_per_s) {
  const std::lock_guard lock(mutex_);
  const auto in_realm = realms_.find(realm);
  CHECK(in_realm != realms_.end());
  if (!user.empty()) {
    auto& users = in_realm->second.users;
    const auto of_user = users.find(user);
    CHECK(of_user != users.end());
    if (--of_user->second == 0) users.erase(of_user);
  }
  if (--in_realm->second.allocations == 0) {
    CHECK(in_realm->second.users.empty());
    realms_.erase(in_realm);
  }
  CHECK(reserved_bytes_per_s_ >= bytes_per_s);
  reserved_bytes_per_s_ -= bytes_per_s;
}

void QuotaTable::set_limits(QuotaSettings settings) {
  const std::lock_guard lock(mutex_);
  settings_ = settings;
}

QuotaSettings QuotaTable::limits() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

QuotaUsage QuotaTable::usage() const {
  const std::lock_guard lock(mutex_);
  QuotaUsage usage{.reserved_bytes_per_s = reserved_bytes_per_s_, .realms = realms_.size()};
  for (const auto& [name, realm] : realms_) {
    usage.allocations += realm.allocations;
    usage.users += realm.users.size();
  }
  return usage;
}

QuotaVerdict QuotaTable::judge(std::string_view realm, std::string_view user,
                               std::uint64_t bytes_per_s) const {
  const std::uint64_t capacity = settings_.bps_capacity;
  const std::uint64_t free = capacity - std::min(capacity, reserved_bytes_per_s_);
  if (capacity != 0 && bytes_per_s > free) return QuotaVerdict::kBandwidthCapacity;
  const auto in_realm = realms_.find(realm);
  if (in_realm == realms_.end()) return QuotaVerdict::kGranted;
  const auto& [allocations, users] = in_realm->second;
  const auto of_user = users.find(user);
  const std::uint64_t used = of_user == users.end() ? 0 : of_user->second;
  if (settings_.user_quota != 0 && used >= settings_.user_quota) return QuotaVerdict::kUserQuota;
  if (settings_.total_quota != 0 && allocations >= settings_.total_quota) {
    return QuotaVerdict::kTotalQuota;
  }
  return QuotaVerdict::kGranted;
}

}  // namespace turnpike::server
