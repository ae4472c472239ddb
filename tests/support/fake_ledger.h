// Quotas in memory, with a check that what is released was granted before.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/check.h"
#include "relay/turn/quota_ledger.h"

namespace turnpike::test {

class FakeLedger final : public turn::QuotaLedger {
 public:
  std::uint32_t user_quota = 0;  // 0: no limit, as everywhere here
  std::uint32_t total_quota = 0;
  std::uint64_t capacity = 0;

  turn::QuotaVerdict acquire(std::string_view realm, std::string_view user,
                             std::uint64_t bytes_per_s) override {
    const std::string key = std::string(realm) + "/" + std::string(user);
    if (user_quota != 0 && !user.empty() && by_user_[key] >= user_quota) {
      return turn::QuotaVerdict::kUserQuota;
    }
    if (total_quota != 0 && total_ >= total_quota) return turn::QuotaVerdict::kTotalQuota;
    if (capacity != 0 && reserved_ + bytes_per_s > capacity) {
      return turn::QuotaVerdict::kBandwidthCapacity;
    }
    ++by_user_[key];
    ++total_;
    reserved_ += bytes_per_s;
    return turn::QuotaVerdict::kGranted;
  }

  void release(std::string_view realm, std::string_view user, std::uint64_t bytes_per_s) override {
    const auto found = by_user_.find(std::string(realm) + "/" + std::string(user));
    CHECK(found != by_user_.end() && found->second > 0 && reserved_ >= bytes_per_s);
    if (--found->second == 0) by_user_.erase(found);
    --total_;
    reserved_ -= bytes_per_s;
  }

  std::uint32_t total() const { return total_; }
  std::uint64_t reserved() const { return reserved_; }

 private:
  std::map<std::string, std::uint32_t> by_user_;
  std::uint32_t total_ = 0;
  std::uint64_t reserved_ = 0;
};

}  // namespace turnpike::test
