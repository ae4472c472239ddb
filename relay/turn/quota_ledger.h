// Quotas count over all shards, so the core asks. Control path only: once per Allocate and once per
// deletion.
#pragma once

#include <cstdint>
#include <string_view>

namespace turnpike::turn {

enum class QuotaVerdict : std::uint8_t { kGranted, kUserQuota, kTotalQuota, kBandwidthCapacity };

class QuotaLedger {
 public:
  virtual ~QuotaLedger() = default;
  /// Grants all or nothing. `user` may be empty: then only the total counts. `bytes_per_s` is
  /// reserved from `bps-capacity`.
  virtual QuotaVerdict acquire(std::string_view realm, std::string_view user,
                               std::uint64_t bytes_per_s) = 0;
  virtual void release(std::string_view realm, std::string_view user,
                       std::uint64_t bytes_per_s) = 0;
};

}  // namespace turnpike::turn
