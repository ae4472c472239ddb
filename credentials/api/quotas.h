// How many credentials a caller may have, per minute and per day. Kept in memory: a restart forgets
// them. One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/time.h"
#include "credentials/api/caller_policy.h"
#include "http/core/rate_limiter.h"

namespace turnpike::credentials::api {

class Quotas {
 public:
  /// 0: there was one left, and it is taken. Else seconds to wait, for Retry-After.
  std::uint64_t take(std::string_view caller, const CallerPolicy& policy, const Now& now);

 private:
  std::uint64_t left_of_day(std::string_view caller, std::uint32_t per_day, std::int64_t now_s);

  // Policies come from configuration and signed tokens; still, what they say is bounded.
  static constexpr std::size_t kMaxRates = 1024;
  static constexpr std::size_t kMaxCallers = 262'144;

  std::map<std::uint32_t, http::RateLimiter> per_minute_;  // by rate
  std::map<std::string, std::uint32_t, std::less<>> today_;
  std::int64_t day_ = 0;  // since 1970-01-01 in UTC
};

}  // namespace turnpike::credentials::api
