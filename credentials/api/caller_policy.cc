#include "credentials/api/caller_policy.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "http/core/json.h"

namespace turnpike::credentials::api {
namespace {

namespace json = boost::json;
using Failed = std::string;

constexpr std::int64_t kMaxLifetime_s = 31'536'000;  // as credentials.yml has it
constexpr std::int64_t kMaxPerTime = 100'000'000;

/// Calls `take` with each text of the list; without a list nothing happens.
template <class Take>
Result<void, Failed> each_text(const json::object& object, std::string_view name, Take take) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr) return {};
  const json::array* const list = value->if_array();
  if (list == nullptr) return fail(Failed(name) + " is no list of texts");
  for (const json::value& one : *list) {
    if (!one.is_string()) return fail(Failed(name) + " is no list of texts");
    if (auto taken = take(std::string_view(one.as_string())); !taken) return taken;
  }
  return {};
}

Result<std::int64_t, Failed> number(const json::object& object, std::string_view name,
                                    std::int64_t most) {
  const auto value = http::number_member(object, name);
  if (!value) return fail(value.error());
  if (!*value) return 0;
  if (**value < 0 || **value > most) return fail(Failed(name) + " is out of range");
  return **value;
}

Result<void, Failed> only_known_names(const json::object& object) {
  constexpr std::array<std::string_view, 8> kNames = {"origins", "users",        "identity",
                                                      "hours",   "max_lifetime", "per_minute",
                                                      "per_day", "may_manage"};
  for (const auto& member : object) {
    if (std::ranges::find(kNames, std::string_view(member.key())) == kNames.end()) {
      return fail(
          Failed("a policy has only origins, users, identity, hours, max_lifetime, "
                 "per_minute, per_day and may_manage"));
    }
  }
  return {};
}

Result<void, Failed> read_numbers(const json::object& object, CallerPolicy& policy) {
  const auto lifetime = number(object, "max_lifetime", kMaxLifetime_s);
  if (!lifetime) return fail(lifetime.error());
  if (*lifetime > 0) policy.max_lifetime = seconds(*lifetime);
  const auto per_minute = number(object, "per_minute", kMaxPerTime);
  if (!per_minute) return fail(per_minute.error());
  policy.per_minute = static_cast<std::uint32_t>(*per_minute);
  const auto per_day = number(object, "per_day", kMaxPerTime);
  if (!per_day) return fail(per_day.error());
  policy.per_day = static_cast<std::uint32_t>(*per_day);
  return {};
}

Result<void, Failed> read_lists(const json::object& object, CallerPolicy& policy) {
  auto done = each_text(object, "users", [&](std::string_view text) -> Result<void, Failed> {
    policy.users.emplace_back(text);
    return {};
  });
  if (!done) return done;
  done = each_text(object, "origins", [&](std::string_view text) -> Result<void, Failed> {
    auto pattern = http::OriginPattern::parse(text);
    if (!pattern) return fail("origins: " + pattern.error());
    policy.origins.push_back(*std::move(pattern));
    return {};
  });
  if (!done) return done;
  return each_text(object, "hours", [&](std::string_view text) -> Result<void, Failed> {
    const auto hours = OfficeHours::parse(text);
    if (!hours) return fail("hours: " + hours.error());
    policy.hours.push_back(*hours);
    return {};
  });
}

bool fits_one(const std::vector<std::string>& patterns, std::string_view user) {
  return std::ranges::any_of(
      patterns, [user](const std::string& pattern) { return fits_pattern(pattern, user); });
}

Result<void, Failure> forbidden(const char* text) {
  return fail(Failure{.status = 403, .detail = text});
}

}  // namespace

Result<CallerPolicy, std::string> parse_policy(const json::object& object) {
  CallerPolicy policy;
  if (auto done = only_known_names(object); !done) return fail(done.error());
  if (auto done = read_lists(object, policy); !done) return fail(done.error());
  if (auto done = read_numbers(object, policy); !done) return fail(done.error());
  const auto identity = http::text_member(object, "identity");
  if (!identity) return fail(identity.error());
  policy.identity = identity->value_or("");
  const auto may_manage = http::flag_member(object, "may_manage");
  if (!may_manage) return fail(may_manage.error());
  policy.may_manage = may_manage->value_or(false);
  return policy;
}

bool fits_pattern(std::string_view pattern, std::string_view text) {
  // The last "*" seen, and where the text was then: one level of going back is enough.
  std::size_t p = 0, t = 0, star = std::string_view::npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<void, Failure> check_policy(const CallerPolicy& policy, std::string_view origin,
                                   std::string_view user, WeekTime time) {
  if (!policy.origins.empty() && std::ranges::none_of(policy.origins, [origin](const auto& one) {
        return one.matches(origin);
      })) {
    return forbidden("this key is not for pages of that origin");
  }
  if (!policy.users.empty() && !fits_one(policy.users, user)) {
    return forbidden("this key is not for that user");
  }
  if (!policy.hours.empty() &&
      std::ranges::none_of(policy.hours, [time](const auto& one) { return one.contains(time); })) {
    return forbidden("this key is not for this hour");
  }
  return {};
}

bool may_touch(const CallerPolicy& policy, std::string_view user) {
  if (!policy.identity.empty()) return user == policy.identity;
  return policy.users.empty() || fits_one(policy.users, user);
}

bool may_touch_all(const CallerPolicy& policy) {
  if (!policy.identity.empty()) return false;
  return policy.users.empty() || std::ranges::find(policy.users, "*") != policy.users.end();
}

}  // namespace turnpike::credentials::api
