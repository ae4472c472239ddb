#include "relay/server/connection_limits.h"

#include <gtest/gtest.h>

namespace turnpike::server {
namespace {

TEST(ConnectionLimits, CountsPerAddress) {
  ConnectionLimits limits({1, 2}, 2);
  const IpAddress a = IpAddress::v4(192, 0, 2, 1);
  const IpAddress b = IpAddress::v4(192, 0, 2, 2);
  EXPECT_TRUE(limits.acquire(a));
  EXPECT_TRUE(limits.acquire(a));
  EXPECT_FALSE(limits.acquire(a));
  EXPECT_TRUE(limits.acquire(b));
  limits.release(a);
  EXPECT_TRUE(limits.acquire(a));
}

TEST(ConnectionLimits, AnIpv6NetworkIsOneClient) {
  ConnectionLimits limits({1, 2}, 1);
  EXPECT_TRUE(limits.acquire(*IpAddress::parse("2001:db8:1:2::1")));
  EXPECT_FALSE(limits.acquire(*IpAddress::parse("2001:db8:1:2:ffff::9")));
  EXPECT_TRUE(limits.acquire(*IpAddress::parse("2001:db8:1:3::1")));
}

TEST(ConnectionLimits, ZeroMeansNoLimit) {
  ConnectionLimits limits({1, 2}, 0);
  const IpAddress a = IpAddress::v4(192, 0, 2, 1);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limits.acquire(a));
  limits.release(a);
}

}  // namespace
}  // namespace turnpike::server
