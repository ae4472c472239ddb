#include "relay/turn/permission_table.h"

#include <gtest/gtest.h>

namespace turnpike::turn {
namespace {

constexpr HashSeed kSeed{1, 2};

Permission permission(std::uint32_t ip, int expires_s) {
  return {.peer = IpAddress::v4(ip), .expires = MonotonicTime(seconds(expires_s))};
}

TEST(PermissionTable, FindsWhatWasPut) {
  PermissionTable table(kSeed);
  EXPECT_EQ(table.find(IpAddress::v4(1)), nullptr);
  table.put(permission(1, 10));
  ASSERT_NE(table.find(IpAddress::v4(1)), nullptr);
  EXPECT_EQ(table.find(IpAddress::v4(2)), nullptr);
  EXPECT_TRUE(table.check_consistent());
}

TEST(PermissionTable, ExpiredIsNotLive) {
  PermissionTable table(kSeed);
  table.put(permission(1, 10));
  EXPECT_NE(table.find_live(IpAddress::v4(1), MonotonicTime(milliseconds(9999))), nullptr);
  EXPECT_EQ(table.find_live(IpAddress::v4(1), MonotonicTime(seconds(10))), nullptr);
  EXPECT_NE(table.find(IpAddress::v4(1)), nullptr);
}

TEST(PermissionTable, PutOverwrites) {
  PermissionTable table(kSeed);
  table.put(permission(1, 10));
  Permission again = permission(1, 20);
  again.needs_live_port = true;
  table.put(again);
  EXPECT_EQ(table.size(), 1U);
  EXPECT_TRUE(table.find(IpAddress::v4(1))->needs_live_port);
}

TEST(PermissionTable, FamiliesDiffer) {
  PermissionTable table(kSeed);
  table.put({.peer = IpAddress::any(AddressFamily::kIpv6), .expires = kNever});
  EXPECT_EQ(table.find(IpAddress::any(AddressFamily::kIpv4)), nullptr);
}

TEST(PermissionTable, GrowsAndShrinksInAnyOrder) {
  PermissionTable table(kSeed);
  for (std::uint32_t i = 0; i < 300; ++i) {
    table.put(permission(i, 5));
    ASSERT_TRUE(table.check_consistent()) << i;
  }
  for (std::uint32_t i = 0; i < 300; ++i) {
    const std::uint32_t victim = (i * 7) % 300;
    table.erase(IpAddress::v4(victim));
    ASSERT_EQ(table.find(IpAddress::v4(victim)), nullptr);
    ASSERT_TRUE(table.check_consistent()) << i;
  }
  EXPECT_EQ(table.size(), 0U);
  table.put(permission(1, 5));
  EXPECT_NE(table.find(IpAddress::v4(1)), nullptr);
}

}  // namespace
}  // namespace turnpike::turn
