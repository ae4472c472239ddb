// The sliced CRC against the bit-by-bit definition, and against the published check value.
#include <gtest/gtest.h>

#include <vector>

#include "base/rng.h"
#include "relay/stun/message.h"

namespace turnpike::stun {
namespace {

constexpr std::uint32_t kXor = 0x5354554e;

std::uint32_t crc32_by_definition(Bytes bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320U : crc >> 1;
  }
  return ~crc;
}

TEST(Fingerprint, PublishedCheckValueOfCrc32) {
  EXPECT_EQ(fingerprint(as_bytes("123456789")) ^ kXor, 0xcbf43926U);
  EXPECT_EQ(fingerprint({}) ^ kXor, 0U);
}

TEST(Fingerprint, EqualsTheDefinitionAtEveryLengthAndAlignment) {
  std::vector<std::uint8_t> bytes(128);
  SeededRng rng(1);
  rng.fill(bytes);
  for (std::size_t from = 0; from < 9; ++from) {
    for (std::size_t size = 0; size <= 100; ++size) {
      const Bytes part = Bytes(bytes).subspan(from, size);
      EXPECT_EQ(fingerprint(part) ^ kXor, crc32_by_definition(part)) << from << " " << size;
    }
  }
}

TEST(Fingerprint, EqualsTheDefinitionOnTheLongestMessage) {
  std::vector<std::uint8_t> bytes(65552);
  SeededRng rng(2);
  rng.fill(bytes);
  EXPECT_EQ(fingerprint(bytes) ^ kXor, crc32_by_definition(bytes));
}

}  // namespace
}  // namespace turnpike::stun
