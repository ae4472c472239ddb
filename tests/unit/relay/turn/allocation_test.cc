#include "relay/turn/allocation.h"

#include <gtest/gtest.h>

namespace turnpike::turn {
namespace {

TEST(Allocation, AnIdleOneIsSmall) {
  EXPECT_LE(sizeof(Allocation) - sizeof(PermissionTable) - sizeof(ChannelTable), 512U);
}

TEST(Allocation, IsLiveBetweenOpeningAndExpiry) {
  Allocation allocation({1, 2}, {});
  allocation.expires = MonotonicTime(seconds(10));
  allocation.pending = std::make_unique<PendingAllocate>();
  EXPECT_TRUE(allocation.opening());
  EXPECT_FALSE(allocation.live(MonotonicTime(seconds(1))));
  allocation.pending.reset();
  EXPECT_TRUE(allocation.live(MonotonicTime(seconds(9))));
  EXPECT_FALSE(allocation.live(MonotonicTime(seconds(10))));
}

TEST(Allocation, FindsTheOpenSideOfAFamily) {
  Allocation allocation({1, 2}, {});
  EXPECT_EQ(allocation.open_side(AddressFamily::kIpv4), nullptr);
  allocation.sides[0].state = RelaySide::State::kFailed;
  allocation.sides[1].family = AddressFamily::kIpv6;
  allocation.sides[1].state = RelaySide::State::kOpen;
  EXPECT_EQ(allocation.open_side(AddressFamily::kIpv4), nullptr);
  EXPECT_EQ(allocation.open_side(AddressFamily::kIpv6), &allocation.sides[1]);
}

TEST(Allocation, TheQuotaUserIsAPartOfTheUser) {
  Allocation allocation({1, 2}, {});
  allocation.user = "123:carol";
  allocation.quota_user_at = 4;
  allocation.quota_user_size = 5;
  EXPECT_EQ(allocation.quota_user(), "carol");
}

}  // namespace
}  // namespace turnpike::turn
