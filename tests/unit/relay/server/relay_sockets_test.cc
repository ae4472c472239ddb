#include "relay/server/relay_sockets.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "relay/net/send_batch.h"
#include "relay/net/udp_socket.h"

namespace turnpike::server {
namespace {

constexpr MonotonicTime kStart{};
const IpAddress kLoopback = IpAddress::v4(127, 0, 0, 1);
const IpAddress kOutside = IpAddress::v4(192, 0, 2, 1);

class RelaySocketsTest : public testing::Test {
 protected:
  RelaySocketsTest()
      : ports_(ports_settings()), sockets_(0, {}, {ports_, reservations_, book_}, rng_) {
    book_.add_relay_address(kLoopback, kOutside);
  }

  static RelayPortsSettings ports_settings() {
    return {.addresses = {kLoopback},
            .min_port = 40000,
            .max_port = 49999,
            .shards = 1,
            .quarantine = seconds(2)};
  }

  turn::RelaySocketOpened open(turn::PortWish wish = turn::PortWish::kAny,
                               turn::ReservationToken token = {}) {
    auto opened = sockets_.open({.allocation = {},
                                 .family = AddressFamily::kIpv4,
                                 .wish = wish,
                                 .token = token,
                                 .arrived_at = {}},
                                kStart);
    EXPECT_TRUE(opened);
    return opened.value_or(turn::RelaySocketOpened{});
  }

  SeededRng rng_{std::random_device{}()};
  RelayPorts ports_;
  Reservations reservations_;
  turn::RelayAddressBook book_;
  RelaySockets sockets_;
};

TEST_F(RelaySocketsTest, OpensOnTheRelayAddressAndTellsTheAdvertisedOne) {
  const auto opened = open();
  EXPECT_EQ(opened.internal.value.ip, kLoopback);
  EXPECT_EQ(opened.advertised.value.ip, kOutside);
  EXPECT_EQ(opened.advertised.value.port, opened.internal.value.port);
  EXPECT_EQ(net::local_endpoint(sockets_[opened.socket].fd.get()), opened.internal.value);
  EXPECT_TRUE(book_.is_reachable(opened.internal.value));
  sockets_.close(opened.socket, kStart);
  EXPECT_FALSE(book_.is_reachable(opened.internal.value));
  EXPECT_EQ(sockets_.count(), 0U);
}

TEST_F(RelaySocketsTest, AnEventOfAClosedSocketFindsNothing) {
  const auto first = open();
  net::SendBatch send(1);
  const std::array<std::uint8_t, 1> byte{1};
  send.add(sockets_[first.socket].fd.get(), first.internal.value, byte);
  ASSERT_EQ(send.flush().sent, 1U);
  std::array<net::InnerPoll::Ready, 4> ready{};
  ASSERT_EQ(sockets_.poll().wait(ready), 1U);
  ASSERT_NE(sockets_.find(ready[0].token), nullptr);
  sockets_.close(first.socket, kStart);
  const auto second = open();
  EXPECT_EQ(second.socket, first.socket) << "the slot is used again";
  EXPECT_EQ(sockets_.find(ready[0].token), nullptr);
}

TEST_F(RelaySocketsTest, ReservesTheNextPortForAToken) {
  const auto even = open(turn::PortWish::kEvenAndNext);
  ASSERT_TRUE(even.reservation);
  EXPECT_EQ(even.internal.value.port % 2, 0);
  const auto odd = open(turn::PortWish::kReserved, *even.reservation);
  EXPECT_EQ(odd.internal.value.port, even.internal.value.port + 1);
  const auto again = sockets_.open({.allocation = {},
                                    .family = AddressFamily::kIpv4,
                                    .wish = turn::PortWish::kReserved,
                                    .token = *even.reservation,
                                    .arrived_at = {}},
                                   kStart);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), turn::RelaySocketFailure::kNoSuchReservation);
}

TEST_F(RelaySocketsTest, AnUnclaimedReservationGivesItsPortBack) {
  const std::size_t all = ports_.free_count();
  const auto even = open(turn::PortWish::kEvenAndNext);
  sockets_.close(even.socket, kStart);
  sockets_.expire_reservations(kStart + Reservations::kLifetime);
  const MonotonicTime later = kStart + Reservations::kLifetime + seconds(3);
  RelayPortWish any{
      .shard = 0, .family = AddressFamily::kIpv4, .port = turn::PortWish::kAny, .preferred = {}};
  ASSERT_TRUE(ports_.take(any, rng_, later));
  EXPECT_EQ(ports_.free_count(), all - 1);
}

TEST_F(RelaySocketsTest, SkipsPortsThatAnotherProgramHolds) {
  RelayPortsSettings narrow = ports_settings();
  narrow.min_port = 39000;
  narrow.max_port = 39003;
  RelayPorts few(narrow);
  RelaySockets sockets(0, {}, {few, reservations_, book_}, rng_);
  std::vector<net::Fd> others;
  for (std::uint16_t port = 39000; port < 39003; ++port) {
    if (auto fd = net::open_udp_socket({.bind = {kLoopback, port}}))
      others.push_back(std::move(*fd));
  }
  const auto opened = sockets.open({}, kStart);
  if (!opened) GTEST_SKIP() << "port 39003 is in use on this machine";
  EXPECT_EQ(opened->internal.value.port, 39003);
}

}  // namespace
}  // namespace turnpike::server
