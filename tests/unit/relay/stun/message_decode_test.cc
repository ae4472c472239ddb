// Decoders of attribute values: the right ones, and every length and content that is not what the
// RFC says.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "relay/stun/message.h"
#include "tests/unit/relay/stun/raw_message.h"

namespace turnpike::stun {
namespace {

constexpr std::array<std::uint8_t, 8> kV4{0, 1, 0x0d, 0x96, 192, 0, 2, 1};
constexpr std::array<std::uint8_t, 20> kV6{0, 2, 0x0d, 0x96, 0x20, 0x01, 0x0d, 0xb8, 0, 0,
                                           0, 0, 0,    0,    0,    0,    0,    0,    0, 0x01};

std::vector<std::uint8_t> error_value(std::uint8_t hundreds, std::uint8_t number,
                                      std::string_view reason) {
  std::vector<std::uint8_t> value(4 + reason.size());
  value[2] = hundreds;
  value[3] = number;
  std::copy(reason.begin(), reason.end(), value.begin() + 4);
  return value;
}

TEST(DecodeAddress, BothFamilies) {
  EXPECT_EQ(decode_address(kV4), endpoint("192.0.2.1:3478"));
  EXPECT_EQ(decode_address(kV6), endpoint("[2001:db8::1]:3478"));
}

TEST(DecodeAddress, IgnoresTheReservedByte) {
  auto value = kV4;
  value[0] = 0xff;
  EXPECT_EQ(decode_address(value), endpoint("192.0.2.1:3478"));
}

TEST(DecodeAddress, FamilyAndSizeMustAgree) {
  for (std::size_t size = 0; size <= kV6.size(); ++size) {
    EXPECT_EQ(decode_address(Bytes(kV6).first(size)).has_value(), size == 20) << size;
  }
  for (std::size_t size = 0; size <= kV4.size(); ++size) {
    EXPECT_EQ(decode_address(Bytes(kV4).first(size)).has_value(), size == 8) << size;
  }
  auto too_long = copy_of(kV6);
  too_long.resize(24);
  EXPECT_FALSE(decode_address(too_long));
  auto v4 = kV4;
  auto v6 = kV6;
  for (int family = 0; family < 256; ++family) {
    v4[1] = v6[1] = static_cast<std::uint8_t>(family);
    EXPECT_EQ(decode_address(v4).has_value(), family == 1);
    EXPECT_EQ(decode_address(v6).has_value(), family == 2);
  }
}

TEST(DecodeXorAddress, Ipv4UsesTheCookieOnly) {
  constexpr std::array<std::uint8_t, 8> kValue{0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43};
  TransactionId id;
  EXPECT_EQ(decode_xor_address(kValue, id), endpoint("192.0.2.1:32853"));
  id.bytes.fill(0xee);
  EXPECT_EQ(decode_xor_address(kValue, id), endpoint("192.0.2.1:32853"));
}

TEST(DecodeXorAddress, Ipv6UsesTheTransactionIdToo) {
  TransactionId id;
  id.bytes = {0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae};
  constexpr std::array<std::uint8_t, 20> kValue{0,    2,    0xa1, 0x47, 0x01, 0x13, 0xa9,
                                                0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25,
                                                0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9};
  EXPECT_EQ(decode_xor_address(kValue, id),
            endpoint("[2001:db8:1234:5678:11:2233:4455:6677]:32853"));
  id.bytes[11] ^= 1;
  EXPECT_EQ(decode_xor_address(kValue, id),
            endpoint("[2001:db8:1234:5678:11:2233:4455:6676]:32853"));
}

TEST(EncodeAddress, IsTheWayBack) {
  TransactionId id;
  id.bytes.fill(0x5c);
  for (const char* text : {"0.0.0.0:0", "255.255.255.255:65535", "[::]:0", "[2001:db8::7]:443"}) {
    const Endpoint address = endpoint(text);
    std::array<std::uint8_t, 20> value;
    value.fill(0xcc);
    const Bytes used = Bytes(value).first(kAddressPrefixSize + address.ip.bytes().size());
    encode_address(value.data(), address);
    EXPECT_EQ(value[0], 0);
    EXPECT_EQ(decode_address(used), address);
    encode_xor_address(value.data(), address, id);
    EXPECT_EQ(decode_xor_address(used, id), address);
  }
}

TEST(DecodeU32, FourBytesExactly) {
  constexpr std::array<std::uint8_t, 5> kValue{0x00, 0x00, 0x02, 0x58, 0x00};
  EXPECT_EQ(decode_u32(Bytes(kValue).first(4)), 600U);
  for (const std::size_t size : {0U, 1U, 2U, 3U, 5U}) {
    EXPECT_FALSE(decode_u32(Bytes(kValue).first(size)));
  }
}

TEST(DecodeLeadingU8, ReservedBytesAreIgnored) {
  constexpr std::array<std::uint8_t, 5> kValue{17, 0xff, 0xff, 0xff, 0};
  EXPECT_EQ(decode_leading_u8(Bytes(kValue).first(4)), 17);
  for (const std::size_t size : {0U, 1U, 2U, 3U, 5U}) {
    EXPECT_FALSE(decode_leading_u8(Bytes(kValue).first(size)));
  }
}

TEST(DecodeErrorCode, ClassAndNumberWithinTheirRanges) {
  for (int hundreds = 0; hundreds < 8; ++hundreds) {
    for (int number = 0; number < 256; ++number) {
      const auto value =
          error_value(static_cast<std::uint8_t>(hundreds), static_cast<std::uint8_t>(number), "x");
      const auto error = decode_error_code(value);
      ASSERT_EQ(error.has_value(), hundreds >= 3 && hundreds <= 6 && number <= 99);
      if (error) {
        EXPECT_EQ(error->code, hundreds * 100 + number);
      }
    }
  }
}

TEST(DecodeErrorCode, ReasonMayBeEmptyAndReservedBitsAreIgnored) {
  const auto bare = error_value(4, 1, "");
  EXPECT_EQ(decode_error_code(bare)->code, 401);
  EXPECT_EQ(decode_error_code(bare)->reason, "");
  auto noisy = error_value(4, 38, "Stale Nonce");
  noisy[0] = noisy[1] = 0xff;
  noisy[2] |= 0xf8;
  EXPECT_EQ(decode_error_code(noisy)->code, 438);
  EXPECT_EQ(decode_error_code(noisy)->reason, "Stale Nonce");
}

TEST(DecodeErrorCode, TooShort) {
  const auto value = error_value(4, 1, "");
  for (std::size_t size = 0; size < 4; ++size) {
    EXPECT_FALSE(decode_error_code(Bytes(value).first(size)));
  }
}

}  // namespace
}  // namespace turnpike::stun
