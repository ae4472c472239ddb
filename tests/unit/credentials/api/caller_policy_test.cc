#include "credentials/api/caller_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/core/json.h"

namespace turnpike::credentials::api {
namespace {

using ::testing::HasSubstr;

constexpr WeekTime kMondayNoon{0, 12 * 60};

Result<CallerPolicy, std::string> parse(std::string_view text) {
  return parse_policy(*http::parse_json_object(text));
}

TEST(ParsePolicy, AllOfIt) {
  const auto policy = parse(
      R"({"origins":["https://*.example.org"],"users":["a-*"],"identity":"corp","max_lifetime":60,
          "hours":["Mo-Fr 08:00-18:00"],"per_minute":3,"per_day":4,"may_manage":true})");
  ASSERT_TRUE(policy) << policy.error();
  EXPECT_TRUE(policy->origins.at(0).matches("https://app.example.org"));
  EXPECT_EQ(policy->users, std::vector<std::string>{"a-*"});
  EXPECT_EQ(policy->identity, "corp");
  EXPECT_EQ(policy->max_lifetime, seconds(60));
  EXPECT_TRUE(policy->hours.at(0).contains(kMondayNoon));
  EXPECT_EQ(policy->per_minute, 3U);
  EXPECT_EQ(policy->per_day, 4U);
  EXPECT_TRUE(policy->may_manage);
}

TEST(ParsePolicy, NothingForbidsNothing) {
  const auto policy = parse("{}");
  ASSERT_TRUE(policy);
  EXPECT_TRUE(check_policy(*policy, "https://any.org", "any", kMondayNoon));
  EXPECT_FALSE(policy->may_manage);
  EXPECT_FALSE(policy->max_lifetime);
}

TEST(ParsePolicy, AMistakeIsNamed) {
  const auto error = [](std::string_view text) { return parse(text).error(); };
  EXPECT_THAT(error(R"({"user":["a"]})"), HasSubstr("a policy has only"));
  EXPECT_EQ(error(R"({"users":"a"})"), "users is no list of texts");
  EXPECT_EQ(error(R"({"users":[1]})"), "users is no list of texts");
  EXPECT_THAT(error(R"({"origins":["nonsense"]})"), HasSubstr("origins: "));
  EXPECT_THAT(error(R"({"hours":["always"]})"), HasSubstr("hours: write hours as"));
  EXPECT_EQ(error(R"({"per_minute":-1})"), "per_minute is out of range");
  EXPECT_EQ(error(R"({"max_lifetime":99999999999})"), "max_lifetime is out of range");
  EXPECT_THAT(error(R"({"per_day":"4"})"), HasSubstr("per_day"));
  EXPECT_THAT(error(R"({"may_manage":"yes"})"), HasSubstr("may_manage"));
  EXPECT_THAT(error(R"({"identity":7})"), HasSubstr("identity"));
}

TEST(FitsPattern, AsInFileNames) {
  EXPECT_TRUE(fits_pattern("alice", "alice"));
  EXPECT_TRUE(fits_pattern("team-*", "team-7"));
  EXPECT_TRUE(fits_pattern("*", ""));
  EXPECT_TRUE(fits_pattern("a*b*c", "axxbxxbyyc"));
  EXPECT_TRUE(fits_pattern("a?c", "abc"));
  EXPECT_FALSE(fits_pattern("a?c", "ac"));
  EXPECT_FALSE(fits_pattern("team-*", "my team-7"));
  EXPECT_FALSE(fits_pattern("", "a"));
  EXPECT_FALSE(fits_pattern("*a*a*a*a*b", std::string(2000, 'a')));
}

TEST(CheckPolicy, OriginsUsersAndHours) {
  CallerPolicy policy;
  policy.origins.push_back(*http::OriginPattern::parse("https://*.example.org"));
  policy.users = {"alice", "team-*"};
  policy.hours.push_back(*OfficeHours::parse("Mo 08:00-18:00"));
  const auto status = [&](std::string_view origin, std::string_view user, WeekTime time) {
    const auto checked = check_policy(policy, origin, user, time);
    return checked ? 200U : checked.error().status;
  };
  EXPECT_EQ(status("https://app.example.org", "team-9", kMondayNoon), 200U);
  EXPECT_EQ(status("https://evil.org", "alice", kMondayNoon), 403U);
  EXPECT_EQ(status("", "alice", kMondayNoon), 403U);
  EXPECT_EQ(status("https://app.example.org", "bob", kMondayNoon), 403U);
  EXPECT_EQ(status("https://app.example.org", "alice", {1, 12 * 60}), 403U);
}

TEST(MayTouch, OnlyItsOwnUsers) {
  CallerPolicy policy;
  EXPECT_TRUE(may_touch_all(policy));
  EXPECT_TRUE(may_touch(policy, "anybody"));
  policy.users = {"shop-*"};
  EXPECT_FALSE(may_touch_all(policy));
  EXPECT_TRUE(may_touch(policy, "shop-1"));
  EXPECT_FALSE(may_touch(policy, "bank-1"));
  policy.users = {"shop-*", "*"};
  EXPECT_TRUE(may_touch_all(policy));
  policy.users = {"shop-*"};
  policy.identity = "shop-1";
  EXPECT_FALSE(may_touch_all(policy));
  EXPECT_TRUE(may_touch(policy, "shop-1"));
  EXPECT_FALSE(may_touch(policy, "shop-2"));
}

}  // namespace
}  // namespace turnpike::credentials::api
