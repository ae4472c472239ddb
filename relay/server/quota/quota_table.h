// The quotas of the whole process: allocations per user and per realm, and the bandwidth they have
// reserved. Shared by all shards behind one mutex, so the numbers are exact; it is asked once per
// allocation, never per packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "relay/turn/quota_ledger.h"

namespace turnpike::server {

/// 0 means no limit.
struct QuotaSettings {
  std::uint64_t user_quota = 0;    // `user-quota`: allocations per user and realm
  std::uint64_t total_quota = 0;   // `total-quota`: allocations per realm
  std::uint64_t bps_capacity = 0;  // `bps-capacity`: bytes per second, over all realms
};

/// What is in use, for the metrics page.
struct QuotaUsage {
  std::uint64_t allocations = 0;
  std::uint64_t reserved_bytes_per_s = 0;
  std::size_t realms = 0;  // with at least one allocation
  std::size_t users = 0;   // with at least one allocation; the same name in two realms is two users
};

class QuotaTable final : public turn::QuotaLedger {
 public:
  explicit QuotaTable(QuotaSettings settings) : settings_(settings) {}

  turn::QuotaVerdict acquire(std::string_view realm, std::string_view user,
                             std::uint64_t bytes_per_s) override;
  /// With the arguments of an acquire that was granted; anything else is a bug (CHECK).
  void release(std::string_view realm, std::string_view user, std::uint64_t bytes_per_s) override;

  /// From the next acquire on; what is granted stays granted.
  void set_limits(QuotaSettings settings);
  QuotaSettings limits() const;

  /// Counted also where there is no limit.
  QuotaUsage usage() const;

 private:
  // Ordered, so that no choice of names makes a lookup slow; no entry stays at zero.
  struct Realm {
    std::uint64_t allocations = 0;
    std::map<std::string, std::uint64_t, std::less<>> users;
  };
  turn::QuotaVerdict judge(std::string_view realm, std::string_view user,
                           std::uint64_t bytes_per_s) const;

  mutable std::mutex mutex_;
  QuotaSettings settings_;
  std::map<std::string, Realm, std::less<>> realms_;
  std::uint64_t reserved_bytes_per_s_ = 0;
};

}  // namespace turnpike::server
