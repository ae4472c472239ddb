// Receiving, sending and queueing allocate nothing once they run. The whole test program counts its
// allocations for this.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "relay/net/receive_batch.h"
#include "relay/net/send_batch.h"
#include "relay/net/stream_socket.h"
#include "tests/unit/relay/net/allocation_count.h"
#include "tests/unit/relay/net/loopback.h"

namespace turnpike::net {
namespace {

TEST(Allocations, NoneForDatagrams) {
  const auto receiver = testing::bound_udp(AddressFamily::kIpv4);
  const auto sender = testing::bound_udp(AddressFamily::kIpv4);
  const auto payload = testing::pattern(172, 1);
  SendBatch out(32);
  ReceiveBatch in(32);
  const std::size_t before = testing::allocation_count();
  std::size_t received = 0;
  for (int round = 0; round < 4; ++round) {
    while (!out.full()) out.add(sender.fd.get(), receiver.endpoint, payload);
    out.flush();
    received += in.receive(receiver.fd.get(), 32);
  }
  EXPECT_EQ(testing::allocation_count(), before);
  EXPECT_EQ(received, 128U);
}

TEST(Allocations, NoneForSmallFramesOnAStream) {
  int fds[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
  StreamSocket ours(Fd{fds[0]}, 65536);
  const Fd theirs(fds[1]);
  const auto frame = testing::pattern(172, 1);
  ASSERT_TRUE(ours.queue({frame}));  // the first frame brings the buffer
  const std::size_t before = testing::allocation_count();
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(ours.flush(), StreamSocket::FlushStatus::kDone);
    EXPECT_TRUE(ours.queue({frame, frame}));
  }
  EXPECT_EQ(testing::allocation_count(), before);
}

}  // namespace
}  // namespace turnpike::net
