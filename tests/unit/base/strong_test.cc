// Two roles of one representation do not mix, and cost nothing.
#include "base/strong.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "base/ip_address.h"

namespace turnpike {
namespace {

static_assert(!std::is_convertible_v<ClientAddress, PeerAddress>);
static_assert(!std::is_constructible_v<PeerAddress, ClientAddress>);
static_assert(!std::is_convertible_v<Endpoint, PeerAddress>);
static_assert(sizeof(PeerAddress) == sizeof(Endpoint));

TEST(Strong, ComparesByValue) {
  const PeerAddress one{Endpoint{IpAddress::v4(1), 1}};
  const PeerAddress two{Endpoint{IpAddress::v4(1), 2}};
  EXPECT_EQ(one, one);
  EXPECT_NE(one, two);
  EXPECT_LT(one, two);
}

}  // namespace
}  // namespace turnpike
