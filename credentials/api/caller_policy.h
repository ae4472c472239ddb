// What a caller may do. Written as a row of the configuration, as the policy of a stored API key,
// or as a claim of a token: all with the same names.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "credentials/api/failure.h"
#include "credentials/api/office_hours.h"
#include "http/core/cors.h"

namespace turnpike::credentials::api {

struct CallerPolicy {
  std::vector<http::OriginPattern> origins{};  // empty: any, also none
  std::vector<std::string> users{};            // "alice", "team-*"; empty: any
  std::string identity{};                      // set: the user is this, whatever the request says
  std::vector<OfficeHours> hours{};            // empty: always
  std::optional<seconds> max_lifetime{};       // beside the mint's own
  std::uint32_t per_minute = 0;                // credentials; 0: no limit
  std::uint32_t per_day = 0;                   // the same, of a day in UTC
  bool may_manage = false;                     // list and revoke, of `users` or `identity` only
};

/// {"origins": [...], "users": [...], "identity": "...", "hours": [...], "max_lifetime": 60,
///  "per_minute": 1, "per_day": 1, "may_manage": true}, all of them optional. Another name is an
/// error, since it might have been meant to forbid something. The error is a sentence.
Result<CallerPolicy, std::string> parse_policy(const boost::json::object& object);

/// "team-*" and "?" as in file names; the whole text must fit.
bool fits_pattern(std::string_view pattern, std::string_view text);

/// 403 when the origin, the user or the hour is not the caller's.
Result<void, Failure> check_policy(const CallerPolicy& policy, std::string_view origin,
                                   std::string_view user, WeekTime time);

/// Whether a manager may see and take back what is this user's.
bool may_touch(const CallerPolicy& policy, std::string_view user);
/// Whether that is so for every user.
bool may_touch_all(const CallerPolicy& policy);

}  // namespace turnpike::credentials::api
