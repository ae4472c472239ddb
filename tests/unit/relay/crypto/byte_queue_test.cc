#include "relay/crypto/byte_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace turnpike::crypto {
namespace {

TEST(ByteQueue, KeepsTheOrderOverManyAppendsAndTakes) {
  ByteQueue queue;
  std::string sent;
  std::string received;
  std::array<std::uint8_t, 7> part{};
  for (int i = 0; i < 1000; ++i) {
    const std::string piece = std::to_string(i);
    sent += piece;
    queue.append(as_bytes(piece));
    if (i % 3 != 0) received += as_text(Bytes(part).first(queue.take(part)));
  }
  while (const std::size_t n = queue.take(part)) received += as_text(Bytes(part).first(n));
  EXPECT_EQ(received, sent);
  EXPECT_TRUE(queue.empty());
}

TEST(ByteQueue, ConsumesInPlace) {
  ByteQueue queue;
  queue.append(as_bytes("abcdef"));
  queue.consume(2);
  EXPECT_EQ(as_text(queue.front()), "cdef");
  queue.append(as_bytes("gh"));
  queue.consume(3);
  EXPECT_EQ(as_text(queue.front()), "fgh");
  EXPECT_EQ(queue.size(), 3U);
  queue.clear();
  EXPECT_TRUE(queue.front().empty());
}

TEST(ByteQueueDeathTest, RefusesToConsumeWhatIsNotThere) {
  ByteQueue queue;
  queue.append(as_bytes("ab"));
  EXPECT_DEATH(queue.consume(3), "n <= size");
}

}  // namespace
}  // namespace turnpike::crypto
