#include "credentials/api/quotas.h"

namespace turnpike::credentials::api {
namespace {

constexpr std::int64_t kDay_s = 86400;

}  // namespace

std::uint64_t Quotas::take(std::string_view caller, const CallerPolicy& policy, const Now& now) {
  const std::int64_t now_s = unix_seconds(now.wall);
  if (policy.per_day > 0) {
    if (const std::uint64_t wait = left_of_day(caller, policy.per_day, now_s); wait > 0) {
      return wait;
    }
  }
  if (policy.per_minute > 0) {
    if (per_minute_.size() >= kMaxRates) per_minute_.clear();
    const http::RateLimit limit{.per_minute = policy.per_minute, .burst = policy.per_minute};
    auto& limiter = per_minute_.try_emplace(policy.per_minute, limit).first->second;
    if (const std::uint64_t wait = limiter.take(caller, now.monotonic); wait > 0) return wait;
  }
  if (policy.per_day > 0) ++today_.find(caller)->second;
  return 0;
}

/// 0: there is one left, and today_ has the caller.
std::uint64_t Quotas::left_of_day(std::string_view caller, std::uint32_t per_day,
                                  std::int64_t now_s) {
  if (now_s / kDay_s != day_) {
    today_.clear();
    day_ = now_s / kDay_s;
  }
  auto known = today_.find(caller);
  if (known == today_.end()) {
    if (today_.size() >= kMaxCallers) today_.erase(today_.begin());
    known = today_.emplace(caller, 0).first;
  }
  if (known->second < per_day) return 0;
  return static_cast<std::uint64_t>((day_ + 1) * kDay_s - now_s);
}

}  // namespace turnpike::credentials::api
