#include "credentials/core/timed_name.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace turnpike::credentials {
namespace {

struct Row {
  std::string_view username;
  std::int64_t expiry_s;
  std::string_view user;
};

TEST(TimedName, FindsTimeAndUserInEveryOrder) {
  const Row rows[] = {
      {"1767225600:alice", 1767225600, "alice"},
      {"alice:1767225600", 1767225600, "alice"},
      {"1767225600", 1767225600, "1767225600"},
      {":1767225600", 1767225600, "1767225600"},
      {"1767225600:", 1767225600, ""},
      // Only the first separator splits.
      {"1755540822:@me:host", 1755540822, "@me:host"},
      {"alice:1767225600:phone", 1767225600, "alice"},
      {":1767225600:phone", 1767225600, "1767225600:phone"},
      {"1:2", 1, "2"},
      {"a1:2", 2, "a1"},
      // Behind 2038, where Coturn's 32 bits end.
      {"2147483648:alice", 2147483648, "alice"},
      {"99999999999:alice", 99999999999, "alice"},
      {"0:alice", 0, "alice"},
      {"000:alice", 0, "alice"},
      {"0001767225600:alice", 1767225600, "alice"},
  };
  for (const Row& row : rows) {
    const auto name = parse_timed_name(row.username, ':');
    ASSERT_TRUE(name.has_value()) << row.username;
    EXPECT_EQ(name->expiry_s, row.expiry_s) << row.username;
    EXPECT_EQ(name->user, row.user) << row.username;
  }
}

TEST(TimedName, FindsNothingWhereNoTimeIs) {
  for (const std::string_view username :
       {"", ":", "::", "alice", "alice:", ":alice", "alice:bob", "@me:host:1755540822",
        "-1767225600:alice", "+1767225600:alice", " 1767225600:alice", "alice: 1767225600",
        "alice:1767225600x", "1767225600x", "0x695555c0:alice", "alice::1767225600",
        "1767225600.5:alice", "1767225600;alice"}) {
    EXPECT_FALSE(parse_timed_name(username, ':').has_value()) << username;
  }
}

TEST(TimedName, SplitsAtTheGivenSeparatorOnly) {
  const auto name = parse_timed_name("1767225600|alice:home", '|');
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->user, "alice:home");
  EXPECT_FALSE(parse_timed_name("1767225600:alice", '|').has_value());
}

TEST(TimedName, MakesTheGreatestTimeOfTooManyDigits) {
  constexpr std::int64_t kGreatest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(parse_timed_name("9223372036854775807:a", ':')->expiry_s, kGreatest);
  EXPECT_EQ(parse_timed_name("9223372036854775808:a", ':')->expiry_s, kGreatest);
  EXPECT_EQ(parse_timed_name("18446744073709551617:a", ':')->expiry_s, kGreatest);
  EXPECT_EQ(parse_timed_name(std::string(500, '9') + ":a", ':')->expiry_s, kGreatest);
}

TEST(TimedName, TakesAZeroByteForAnOrdinaryOne) {
  const std::string_view username("1767225600\0:alice", 17);
  EXPECT_FALSE(parse_timed_name(username, ':').has_value());
}

}  // namespace
}  // namespace turnpike::credentials
