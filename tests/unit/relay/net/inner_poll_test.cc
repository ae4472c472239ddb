#include "relay/net/inner_poll.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "relay/net/error_queue.h"
#include "relay/net/receive_batch.h"
#include "relay/net/send_batch.h"
#include "tests/unit/relay/net/loopback.h"

namespace turnpike::net {
namespace {

using testing::bound_udp;
using testing::BoundSocket;
using testing::wait_for;

void poke(const BoundSocket& from, const Endpoint& to) {
  const std::uint8_t byte = 1;
  SendBatch batch(1);
  batch.add(from.fd.get(), to, {&byte, 1});
  batch.flush();
}

TEST(InnerPoll, ReportsTokensUntilDrained) {
  const auto socket = bound_udp(AddressFamily::kIpv4);
  const auto idle = bound_udp(AddressFamily::kIpv4);
  InnerPoll poll;
  constexpr std::uint64_t kToken = 0xfedcba9876543210;
  ASSERT_TRUE(poll.add(socket.fd.get(), kToken));
  ASSERT_TRUE(poll.add(idle.fd.get(), 2));
  std::array<InnerPoll::Ready, 8> ready;
  EXPECT_EQ(poll.wait(ready), 0U);

  poke(idle, socket.endpoint);
  ASSERT_TRUE(wait_for(poll.fd(), POLLIN));  // what the event loop sees
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(poll.wait(ready), 1U);
    EXPECT_EQ(ready[0].token, kToken);
    EXPECT_TRUE(ready[0].readable);
    EXPECT_FALSE(ready[0].error);
  }
  ReceiveBatch batch(4);
  ASSERT_EQ(batch.receive(socket.fd.get(), 4), 1U);
  EXPECT_EQ(poll.wait(ready), 0U);
}

TEST(InnerPoll, RemovedSocketsAreSilent) {
  const auto socket = bound_udp(AddressFamily::kIpv4);
  InnerPoll poll;
  ASSERT_TRUE(poll.add(socket.fd.get(), 1));
  poke(socket, socket.endpoint);
  poll.remove(socket.fd.get());
  std::array<InnerPoll::Ready, 8> ready;
  EXPECT_EQ(poll.wait(ready), 0U);
  EXPECT_TRUE(poll.add(socket.fd.get(), 2));
  EXPECT_EQ(poll.wait(ready), 1U);
  EXPECT_FALSE(poll.add(-1, 3));
}

TEST(InnerPoll, SocketsTakeTurnsWhenTheRoomIsShort) {
  std::vector<BoundSocket> sockets;
  InnerPoll poll;
  for (std::uint64_t i = 0; i < 12; ++i) {
    sockets.push_back(bound_udp(AddressFamily::kIpv4));
    ASSERT_TRUE(poll.add(sockets.back().fd.get(), i));
    poke(sockets.back(), sockets.back().endpoint);
  }
  std::set<std::uint64_t> seen;
  std::array<InnerPoll::Ready, 4> ready;
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(poll.wait(ready), 4U);
    for (const auto& r : ready) seen.insert(r.token);
  }
  EXPECT_EQ(seen.size(), 12U);
  EXPECT_EQ(poll.wait({}), 0U);
}

TEST(InnerPoll, ReportsErrorsUntilTheQueueIsDrained) {
  const auto socket = bound_udp({.receive_errors = true});
  InnerPoll poll;
  ASSERT_TRUE(poll.add(socket.fd.get(), 5));
  poke(socket, testing::dead_endpoint(AddressFamily::kIpv4));
  ASSERT_TRUE(wait_for(socket.fd.get(), POLLERR));
  std::array<InnerPoll::Ready, 8> ready;
  ASSERT_EQ(poll.wait(ready), 1U);
  EXPECT_TRUE(ready[0].error);
  std::array<IcmpError, 4> errors;
  EXPECT_EQ(drain_error_queue(socket.fd.get(), errors), 1U);
  EXPECT_EQ(poll.wait(ready), 0U);
}

}  // namespace
}  // namespace turnpike::net
