// Big-endian loads and stores, at every alignment.
#include "base/bytes.h"

#include <gtest/gtest.h>

#include <array>

namespace turnpike {
namespace {

TEST(Bytes, LoadsAreBigEndianAtAnyAddress) {
  constexpr std::array<std::uint8_t, 16> kBytes{0, 1, 2,  3,  4,  5,  6,  7,
                                                8, 9, 10, 11, 12, 13, 14, 15};
  for (std::size_t at = 0; at < 8; ++at) {
    const std::uint64_t shift = at * 0x0101010101010101U;
    EXPECT_EQ(load_be64(kBytes.data() + at), 0x0001020304050607U + shift);
    EXPECT_EQ(load_be32(kBytes.data() + at),
              static_cast<std::uint32_t>((0x0001020304050607U + shift) >> 32));
    EXPECT_EQ(load_be16(kBytes.data() + at),
              static_cast<std::uint16_t>((0x0001020304050607U + shift) >> 48));
  }
}

TEST(Bytes, HighBitsDoNotSpread) {
  constexpr std::array<std::uint8_t, 8> kBytes{0xff, 0xfe, 0x80, 0x81, 0xff, 0x00, 0x80, 0x00};
  EXPECT_EQ(load_be16(kBytes.data()), 0xfffe);
  EXPECT_EQ(load_be32(kBytes.data()), 0xfffe8081U);
  EXPECT_EQ(load_be64(kBytes.data()), 0xfffe8081ff008000U);
}

TEST(Bytes, StoresReadBack) {
  std::array<std::uint8_t, 10> bytes{};
  store_be16(bytes.data() + 1, 0x8001);
  EXPECT_EQ(load_be16(bytes.data() + 1), 0x8001);
  store_be32(bytes.data() + 1, 0x80010203);
  EXPECT_EQ(load_be32(bytes.data() + 1), 0x80010203U);
  store_be64(bytes.data() + 1, 0x8001020304050607);
  EXPECT_EQ(load_be64(bytes.data() + 1), 0x8001020304050607U);
  EXPECT_EQ(bytes.front(), 0);
  EXPECT_EQ(bytes.back(), 0);
}

TEST(Bytes, TextAndBytesAreTheSameMemory) {
  constexpr std::string_view kText = "a\0\xff";
  EXPECT_EQ(as_text(as_bytes(kText)), kText);
  EXPECT_EQ(static_cast<const void*>(as_bytes(kText).data()), kText.data());
}

}  // namespace
}  // namespace turnpike
