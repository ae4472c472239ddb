#include "relay/net/receive_batch.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>

#include "relay/net/send_batch.h"
#include "tests/unit/relay/net/loopback.h"

namespace turnpike::net {
namespace {

using testing::bound_udp;
using testing::BoundSocket;
using testing::pattern;
using testing::wait_for;

void send_one(const BoundSocket& from, const Endpoint& to, Bytes payload) {
  SendBatch batch(1);
  batch.add(from.fd.get(), to, payload);
  ASSERT_EQ(batch.flush().sent, 1U);
}

class ReceiveBatchTest : public ::testing::TestWithParam<AddressFamily> {
 protected:
  void SetUp() override {
    if (!testing::has_loopback(GetParam())) GTEST_SKIP() << "this machine has no such loopback";
    receiver_ = bound_udp({.bind = {testing::loopback(GetParam()), 0}, .receive_buffer = 1 << 20});
    sender_ = bound_udp(GetParam());
  }

  BoundSocket receiver_;
  BoundSocket sender_;
};

TEST_P(ReceiveBatchTest, SixtyFourAtOnceWithRoomAroundEach) {
  constexpr std::size_t kCount = 64;
  SendBatch out(kCount);
  std::vector<std::vector<std::uint8_t>> payloads;
  for (std::size_t i = 0; i < kCount; ++i) {
    payloads.push_back(pattern(100 + i, static_cast<std::uint8_t>(i)));
  }
  for (const auto& payload : payloads) out.add(sender_.fd.get(), receiver_.endpoint, payload);
  ASSERT_EQ(out.flush().sent, kCount);

  ReceiveBatch batch(kCount);
  ASSERT_EQ(batch.receive(receiver_.fd.get(), kCount), kCount);
  EXPECT_TRUE(batch.more_waiting());
  EXPECT_EQ(batch.last_error(), 0);
  for (auto& received : batch) {  // what is written around one payload must not reach another
    std::fill_n(received.payload.data() - kHeadroom, kHeadroom, std::uint8_t{0xaa});
    std::fill_n(received.payload.data() + received.payload.size(), kTailroom, std::uint8_t{0xbb});
  }
  for (std::size_t i = 0; i < kCount; ++i) {
    EXPECT_EQ(batch[i].source, sender_.endpoint);
    EXPECT_FALSE(batch[i].local);
    EXPECT_TRUE(std::ranges::equal(batch[i].payload, payloads[i])) << i;
  }
  EXPECT_EQ(batch.receive(receiver_.fd.get(), kCount), 0U);
  EXPECT_EQ(batch.last_error(), 0);
}

TEST_P(ReceiveBatchTest, TheLargestDatagramFits) {
  const std::size_t largest = GetParam() == AddressFamily::kIpv4 ? 65507 : 65527;
  const auto payload = pattern(largest, 3);
  ReceiveBatch batch(4);
  send_one(sender_, receiver_.endpoint, payload);
  ASSERT_TRUE(wait_for(receiver_.fd.get(), POLLIN));
  ASSERT_EQ(batch.receive(receiver_.fd.get(), 4), 1U);
  EXPECT_TRUE(std::ranges::equal(batch[0].payload, payload));
  EXPECT_FALSE(batch.more_waiting());
}

TEST_P(ReceiveBatchTest, PacketInfoTellsTheLocalAddress) {
  const auto wildcard = bound_udp({.bind = {IpAddress::any(GetParam()), 0}, .packet_info = true});
  ReceiveBatch batch(2);
  for (int round = 0; round < 2; ++round) {  // the lengths that the kernel overwrote are restored
    send_one(sender_, {testing::loopback(GetParam()), wildcard.endpoint.port}, pattern(10, 1));
    ASSERT_TRUE(wait_for(wildcard.fd.get(), POLLIN));
    ASSERT_EQ(batch.receive(wildcard.fd.get(), 2), 1U);
    EXPECT_EQ(batch[0].local, testing::loopback(GetParam()));
    EXPECT_EQ(batch[0].source, sender_.endpoint);
  }
}

INSTANTIATE_TEST_SUITE_P(Families, ReceiveBatchTest,
                         ::testing::Values(AddressFamily::kIpv4, AddressFamily::kIpv6));

TEST(ReceiveBatch, TooLongDatagramsAreSkippedAndCounted) {
  const auto receiver = bound_udp(AddressFamily::kIpv4);
  const auto sender = bound_udp(AddressFamily::kIpv4);
  ReceiveBatch batch(4, 100);
  send_one(sender, receiver.endpoint, pattern(100, 1));
  send_one(sender, receiver.endpoint, pattern(101, 2));
  send_one(sender, receiver.endpoint, pattern(50, 3));
  ASSERT_EQ(batch.receive(receiver.fd.get(), 4), 2U);
  EXPECT_TRUE(std::ranges::equal(batch[0].payload, pattern(100, 1)));
  EXPECT_TRUE(std::ranges::equal(batch[1].payload, pattern(50, 3)));
  EXPECT_EQ(batch.truncated(), 1U);
  EXPECT_EQ(batch.size(), 2U);
  EXPECT_EQ(batch.free_slots(), 1U);  // the skipped one is used until clear()
}

TEST(ReceiveBatch, EmptyDatagramsArrive) {
  const auto receiver = bound_udp(AddressFamily::kIpv4);
  const auto sender = bound_udp(AddressFamily::kIpv4);
  ReceiveBatch batch(4);
  send_one(sender, receiver.endpoint, {});
  ASSERT_EQ(batch.receive(receiver.fd.get(), 4), 1U);
  EXPECT_TRUE(batch[0].payload.empty());
}

TEST(ReceiveBatch, SeveralSocketsFillOneBatch) {
  const auto first = bound_udp(AddressFamily::kIpv4);
  const auto second = bound_udp(AddressFamily::kIpv4);
  const auto sender = bound_udp(AddressFamily::kIpv4);
  for (std::uint8_t i = 0; i < 3; ++i) send_one(sender, first.endpoint, pattern(8, i));
  for (std::uint8_t i = 3; i < 6; ++i) send_one(sender, second.endpoint, pattern(8, i));

  ReceiveBatch batch(5);
  EXPECT_EQ(batch.receive_more(first.fd.get(), 8), 3U);
  EXPECT_FALSE(batch.more_waiting());
  EXPECT_EQ(batch.receive_more(second.fd.get(), 8), 2U);
  EXPECT_TRUE(batch.more_waiting());
  EXPECT_EQ(batch.receive_more(second.fd.get(), 8), 0U);  // full
  ASSERT_EQ(batch.size(), 5U);
  for (std::uint8_t i = 0; i < 5; ++i) {
    EXPECT_TRUE(std::ranges::equal(batch[i].payload, pattern(8, i)));
  }
  batch.clear();
  EXPECT_EQ(batch.free_slots(), batch.capacity());
  ASSERT_EQ(batch.receive_more(second.fd.get(), 8), 1U);
  EXPECT_TRUE(std::ranges::equal(batch[0].payload, pattern(8, 5)));
}

TEST(ReceiveBatch, TakesNoMoreThanAllowed) {
  const auto receiver = bound_udp(AddressFamily::kIpv4);
  const auto sender = bound_udp(AddressFamily::kIpv4);
  for (std::uint8_t i = 0; i < 5; ++i) send_one(sender, receiver.endpoint, pattern(8, i));
  ReceiveBatch batch(16);
  EXPECT_EQ(batch.receive(receiver.fd.get(), 2), 2U);
  EXPECT_TRUE(batch.more_waiting());
  EXPECT_EQ(batch.receive(receiver.fd.get(), 16), 3U);
  EXPECT_FALSE(batch.more_waiting());
}

TEST(ReceiveBatch, AnIcmpErrorDoesNotHideWhatIsWaiting) {
  const auto receiver = bound_udp({.receive_errors = true});
  const auto sender = bound_udp(AddressFamily::kIpv4);
  send_one(receiver, testing::dead_endpoint(AddressFamily::kIpv4), pattern(10, 1));
  ASSERT_TRUE(wait_for(receiver.fd.get(), POLLERR));
  send_one(sender, receiver.endpoint, pattern(10, 2));
  ReceiveBatch batch(4);
  ASSERT_EQ(batch.receive(receiver.fd.get(), 4), 1U);
  EXPECT_TRUE(std::ranges::equal(batch[0].payload, pattern(10, 2)));
}

TEST(ReceiveBatch, ABrokenDescriptorIsReported) {
  ReceiveBatch batch(4);
  EXPECT_EQ(batch.receive(-1, 4), 0U);
  EXPECT_EQ(batch.last_error(), EBADF);
}

TEST(ReceiveBatch, UnusedSlotsTakeNoMemory) {
  const auto faults = [] {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt;
  };
  const long before = faults();
  const ReceiveBatch batch(1024);  // 70 MB of addresses
  EXPECT_LT(faults() - before, 1000);
}

}  // namespace
}  // namespace turnpike::net
