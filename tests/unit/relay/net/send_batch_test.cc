#include "relay/net/send_batch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <thread>

#include "relay/net/receive_batch.h"
#include "tests/unit/relay/net/loopback.h"

namespace turnpike::net {
namespace {

using testing::bound_udp;
using testing::BoundSocket;
using testing::dead_endpoint;
using testing::pattern;
using testing::wait_for;

/// The first byte of everything that waits, in order.
std::vector<std::uint8_t> first_bytes(const BoundSocket& socket) {
  std::vector<std::uint8_t> out;
  ReceiveBatch batch(64);
  while (batch.receive(socket.fd.get(), 64) > 0) {
    for (const auto& received : batch) out.push_back(received.payload[0]);
  }
  return out;
}

std::array<std::uint8_t, 256> all_bytes() {
  std::array<std::uint8_t, 256> out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i);
  return out;
}
const std::array<std::uint8_t, 256> kBytes = all_bytes();
Bytes one_byte(std::size_t i) {
  return Bytes(kBytes).subspan(i, 1);
}

TEST(SendBatch, KnowsWhenItIsFull) {
  const auto socket = bound_udp(AddressFamily::kIpv4);
  SendBatch batch(2);
  EXPECT_TRUE(batch.empty());
  batch.add(socket.fd.get(), socket.endpoint, one_byte(1));
  EXPECT_FALSE(batch.full());
  batch.add(socket.fd.get(), socket.endpoint, one_byte(2));
  EXPECT_TRUE(batch.full());
  EXPECT_EQ(batch.flush().sent, 2U);
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.flush().sent, 0U);
  EXPECT_EQ(first_bytes(socket), (std::vector<std::uint8_t>{1, 2}));
}

TEST(SendBatchDeathTest, AddingToAFullBatchIsABug) {
  SendBatch batch(1);
  batch.add(0, {}, {});
  EXPECT_DEATH(batch.add(0, {}, {}), "full");
}

TEST(SendBatch, KeepsTheOrderPerSocketAndTheTarget) {
  const auto receiver = bound_udp(AddressFamily::kIpv4);
  const std::array senders = {bound_udp(AddressFamily::kIpv4), bound_udp(AddressFamily::kIpv4),
                              bound_udp(AddressFamily::kIpv4)};
  constexpr std::size_t kCount = 90;
  SendBatch out(kCount);
  const auto sender_of = [](std::size_t i) { return i * i / 7 % 3; };  // runs of several lengths
  for (std::size_t i = 0; i < kCount; ++i) {
    out.add(senders[sender_of(i)].fd.get(), receiver.endpoint, one_byte(i));
  }
  EXPECT_EQ(out.flush().sent, kCount);

  ReceiveBatch in(128);
  ASSERT_EQ(in.receive(receiver.fd.get(), 128), kCount);
  std::array<int, 3> last = {-1, -1, -1};
  for (const auto& received : in) {
    const std::size_t sender = sender_of(received.payload[0]);
    EXPECT_EQ(received.source, senders[sender].endpoint);
    EXPECT_GT(received.payload[0], last[sender]);
    last[sender] = received.payload[0];
  }
}

/// Descriptors 256 apart share a place in the batch's index of sockets.
TEST(SendBatch, KeepsTheOrderOfSocketsThatShareAPlaceInTheIndex) {
  const auto receiver = bound_udp(AddressFamily::kIpv4);
  const auto first = bound_udp(AddressFamily::kIpv4);
  const auto other = bound_udp(AddressFamily::kIpv4);
  int twin = first.fd.get() + 256;
  while (::fcntl(twin, F_GETFD) != -1) twin += 256;
  const Fd second(::fcntl(other.fd.get(), F_DUPFD_CLOEXEC, twin));
  ASSERT_EQ(second.get(), twin);

  SendBatch batch(12);
  for (int round = 0; round < 2; ++round) {  // the index is stale in the second round
    for (std::size_t i = 0; i < 12; ++i) {
      batch.add(i / 2 % 2 == 0 ? first.fd.get() : twin, receiver.endpoint, one_byte(i));
    }
    EXPECT_EQ(batch.flush().sent, 12U);
    ReceiveBatch in(16);
    ASSERT_EQ(in.receive(receiver.fd.get(), 16), 12U);
    std::array<std::vector<int>, 2> seen;
    for (const auto& received : in) {
      seen[received.source == first.endpoint ? 0 : 1].push_back(received.payload[0]);
    }
    EXPECT_EQ(seen[0], (std::vector<int>{0, 1, 4, 5, 8, 9}));
    EXPECT_EQ(seen[1], (std::vector<int>{2, 3, 6, 7, 10, 11}));
  }
}

TEST(SendBatch, MixesFamiliesAndSources) {
  if (!testing::has_loopback(AddressFamily::kIpv6)) GTEST_SKIP() << "this machine has no ::1";
  for (const AddressFamily family : {AddressFamily::kIpv4, AddressFamily::kIpv6}) {
    const auto receiver = bound_udp(family);
    const auto plain = bound_udp(AddressFamily::kIpv4);
    const auto wildcard = bound_udp({.bind = {IpAddress::any(family), 0}, .packet_info = true});
    const IpAddress source = testing::loopback(family);
    SendBatch batch(3);
    batch.add(wildcard.fd.get(), receiver.endpoint, one_byte(1), &source);
    batch.add(plain.fd.get(), plain.endpoint, one_byte(2));
    batch.add(wildcard.fd.get(), receiver.endpoint, one_byte(3));
    EXPECT_EQ(batch.flush().sent, 3U);
    EXPECT_EQ(first_bytes(receiver), (std::vector<std::uint8_t>{1, 3}));
    EXPECT_EQ(first_bytes(plain), (std::vector<std::uint8_t>{2}));
  }
}

TEST(SendBatch, SendsFromTheGivenSource) {
  const auto receiver = bound_udp(AddressFamily::kIpv4);
  const auto wildcard =
      bound_udp({.bind = {IpAddress::any(AddressFamily::kIpv4), 0}, .packet_info = true});
  const IpAddress source = IpAddress::v4(127, 0, 0, 9);
  SendBatch batch(2);
  batch.add(wildcard.fd.get(), receiver.endpoint, one_byte(1), &source);
  batch.add(wildcard.fd.get(), receiver.endpoint, one_byte(2));
  ASSERT_EQ(batch.flush().sent, 2U);
  ReceiveBatch in(4);
  ASSERT_EQ(in.receive(receiver.fd.get(), 4), 2U);
  EXPECT_EQ(in[0].source, (Endpoint{source, wildcard.endpoint.port}));
  EXPECT_EQ(in[1].source.ip, IpAddress::v4(127, 0, 0, 1));
}

TEST(SendBatch, AFailedDatagramDoesNotStopTheRest) {
  const auto socket = bound_udp(AddressFamily::kIpv4);
  const std::vector<std::uint8_t> too_long(65508);  // over IPv4's limit: EMSGSIZE
  SendBatch batch(8);
  batch.add(socket.fd.get(), socket.endpoint, too_long);
  batch.add(socket.fd.get(), socket.endpoint, one_byte(1));
  batch.add(socket.fd.get(), socket.endpoint, too_long);
  batch.add(socket.fd.get(), socket.endpoint, too_long);
  batch.add(socket.fd.get(), socket.endpoint, one_byte(2));
  batch.add(socket.fd.get(), socket.endpoint, too_long);
  batch.add(-1, socket.endpoint, one_byte(9));
  batch.add(socket.fd.get(), socket.endpoint, one_byte(3));
  const auto result = batch.flush();
  EXPECT_EQ(result.sent, 3U);
  EXPECT_EQ(result.failed, 5U);
  EXPECT_EQ(result.would_block, 0U);
  EXPECT_EQ(result.last_error, EBADF);
  EXPECT_EQ(first_bytes(socket), (std::vector<std::uint8_t>{1, 2, 3}));
}

TEST(SendBatch, AnIcmpErrorOfADeadDestinationCostsNobodyElse) {
  const auto sender = bound_udp({.receive_errors = true});
  const auto receiver = bound_udp(AddressFamily::kIpv4);
  const Endpoint dead = dead_endpoint(AddressFamily::kIpv4);
  SendBatch batch(32);
  for (std::uint8_t i = 0; i < 32; ++i) {
    batch.add(sender.fd.get(), i % 2 == 0 ? dead : receiver.endpoint, one_byte(i));
  }
  const auto result = batch.flush();
  EXPECT_EQ(result.failed, 0U);
  EXPECT_EQ(result.sent, 32U);
  EXPECT_EQ(first_bytes(receiver).size(), 16U);

  ASSERT_TRUE(wait_for(sender.fd.get(), POLLERR));  // and an error left from before the batch
  batch.add(sender.fd.get(), receiver.endpoint, one_byte(77));
  EXPECT_EQ(batch.flush().sent, 1U);
  EXPECT_EQ(first_bytes(receiver), (std::vector<std::uint8_t>{77}));
}

/// iproute2's ip in the network namespace of this thread.
bool run_ip(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "ip");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::execvp("ip", argv.data());
    ::_exit(127);
  }
  int status = -1;
  return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

/// Sends to a neighbour that never answers ARP, in this thread's own network namespace: what waits
/// for the answer fills the send buffer. Loopback cannot show this, it delivers at once.
SendBatch::FlushResult send_to_silent_neighbour(std::size_t count) {
  const auto fd = open_udp_socket({.bind = *Endpoint::parse("10.9.0.1:0"), .send_buffer = 1});
  CHECK(fd.has_value());
  const auto payload = pattern(1000, 5);
  SendBatch batch(count);
  for (std::size_t i = 0; i < count; ++i) {
    batch.add(fd->get(), *Endpoint::parse("10.9.0.2:9"), payload);
  }
  return batch.flush();
}

TEST(SendBatch, AFullSendBufferIsCountedApart) {
  std::optional<SendBatch::FlushResult> result;
  std::thread([&] {
    if (::unshare(CLONE_NEWNET) != 0) return;
    const bool ready = run_ip({"link", "add", "v0", "type", "veth", "peer", "name", "v1"}) &&
                       run_ip({"addr", "add", "10.9.0.1/24", "dev", "v0"}) &&
                       run_ip({"link", "set", "v0", "up"}) && run_ip({"link", "set", "v1", "up"});
    if (ready) result = send_to_silent_neighbour(64);
  }).join();
  if (!result) GTEST_SKIP() << "needs root for a network namespace, iproute2 and veth";
  EXPECT_GT(result->sent, 0U);
  EXPECT_GT(result->would_block, 0U);
  EXPECT_EQ(result->sent + result->would_block, 64U);
  EXPECT_EQ(result->failed, 0U);
}

}  // namespace
}  // namespace turnpike::net
