#include "relay/net/error_queue.h"

#include <gtest/gtest.h>

#include <array>

#include "relay/net/send_batch.h"
#include "tests/unit/relay/net/loopback.h"

namespace turnpike::net {
namespace {

using testing::bound_udp;
using testing::BoundSocket;
using testing::wait_for;

class ErrorQueue : public ::testing::TestWithParam<AddressFamily> {
 protected:
  void SetUp() override {
    if (!testing::has_loopback(GetParam())) GTEST_SKIP() << "this machine has no such loopback";
    socket_ = bound_udp({.bind = {testing::loopback(GetParam()), 0}, .receive_errors = true});
    dead_ = testing::dead_endpoint(GetParam());
  }

  void send_to_dead(std::size_t count) {
    const std::uint8_t byte = 1;
    SendBatch batch(count);
    for (std::size_t i = 0; i < count; ++i) batch.add(socket_.fd.get(), dead_, {&byte, 1});
    ASSERT_EQ(batch.flush().sent, count);
    ASSERT_TRUE(wait_for(socket_.fd.get(), POLLERR));
  }

  BoundSocket socket_;
  Endpoint dead_;
};

TEST_P(ErrorQueue, SeesPortUnreachableWithThePeer) {
  send_to_dead(1);
  std::array<IcmpError, 4> errors;
  ASSERT_EQ(drain_error_queue(socket_.fd.get(), errors), 1U);
  EXPECT_EQ(errors[0].peer, dead_);
  EXPECT_TRUE(errors[0].from_icmp);
  const bool v4 = GetParam() == AddressFamily::kIpv4;
  EXPECT_EQ(errors[0].type, v4 ? 3 : 1);  // destination unreachable (RFC 792, RFC 4443)
  EXPECT_EQ(errors[0].code, v4 ? 3 : 4);  // port
  EXPECT_EQ(drain_error_queue(socket_.fd.get(), errors), 0U);
}

TEST_P(ErrorQueue, IsBoundedByTheRoomGiven) {
  send_to_dead(5);
  std::array<IcmpError, 3> errors;
  EXPECT_EQ(drain_error_queue(socket_.fd.get(), errors), 3U);
  EXPECT_EQ(drain_error_queue(socket_.fd.get(), errors), 2U);
  EXPECT_EQ(drain_error_queue(socket_.fd.get(), {}), 0U);
}

TEST_P(ErrorQueue, IsEmptyWithoutTheOption) {
  const auto plain = bound_udp(GetParam());
  const std::uint8_t byte = 1;
  SendBatch batch(1);
  batch.add(plain.fd.get(), dead_, {&byte, 1});
  ASSERT_EQ(batch.flush().sent, 1U);
  std::array<IcmpError, 3> errors;
  EXPECT_EQ(drain_error_queue(plain.fd.get(), errors), 0U);
  EXPECT_EQ(drain_error_queue(-1, errors), 0U);
}

INSTANTIATE_TEST_SUITE_P(Families, ErrorQueue,
                         ::testing::Values(AddressFamily::kIpv4, AddressFamily::kIpv6));

}  // namespace
}  // namespace turnpike::net
