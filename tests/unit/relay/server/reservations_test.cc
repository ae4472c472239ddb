#include "relay/server/reservations.h"

#include <gtest/gtest.h>

#include "relay/net/udp_socket.h"

namespace turnpike::server {
namespace {

constexpr MonotonicTime kStart{};

net::Fd any_socket() {
  return std::move(*net::open_udp_socket({.bind = {IpAddress::v4(127, 0, 0, 1), 0}}));
}

TEST(Reservations, ATokenWorksOnce) {
  SeededRng rng(1);
  Reservations table;
  const RelayedAddress address{{IpAddress::v4(192, 0, 2, 1), 20001}};
  const auto token = table.add(any_socket(), address, rng, kStart);
  ASSERT_TRUE(token);
  const auto claimed = table.claim(*token, kStart + seconds(29));
  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->address, address);
  EXPECT_TRUE(claimed->socket.valid());
  EXPECT_FALSE(table.claim(*token, kStart + seconds(29)));
}

TEST(Reservations, AnUnknownTokenFindsNothing) {
  SeededRng rng(1);
  Reservations table;
  ASSERT_TRUE(table.add(any_socket(), {}, rng, kStart));
  EXPECT_FALSE(table.claim(turn::ReservationToken{}, kStart));
}

TEST(Reservations, ExpiresAfterThirtySeconds) {
  SeededRng rng(1);
  Reservations table;
  const RelayedAddress address{{IpAddress::v4(192, 0, 2, 1), 20001}};
  const auto token = table.add(any_socket(), address, rng, kStart);
  EXPECT_TRUE(table.expire(kStart + seconds(29)).empty());
  EXPECT_FALSE(table.claim(*token, kStart + seconds(30)));
  EXPECT_EQ(table.expire(kStart + seconds(30)), std::vector{address});
  EXPECT_TRUE(table.expire(kStart + seconds(60)).empty());
}

TEST(Reservations, IsBounded) {
  SeededRng rng(1);
  Reservations table;
  for (std::size_t i = 0; i < Reservations::kMax; ++i) {
    ASSERT_TRUE(table.add(net::Fd(), {}, rng, kStart));
  }
  EXPECT_FALSE(table.add(net::Fd(), {}, rng, kStart));
}

}  // namespace
}  // namespace turnpike::server
