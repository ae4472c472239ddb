// Which protocol the first bytes announce: every first byte, once.
#include "relay/stun/classify.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace turnpike::stun {
namespace {

PacketKind kind_by_rfc7983(unsigned first) {
  if (first <= 3) return PacketKind::kStun;
  if (first >= 20 && first <= 63) return PacketKind::kDtls;
  if (first >= 64 && first <= 127) return PacketKind::kChannelData;  // RFC 5766's range of numbers
  return PacketKind::kOther;
}

TEST(Classify, EveryFirstByte) {
  for (unsigned first = 0; first < 256; ++first) {
    const std::array<std::uint8_t, 1> bytes{static_cast<std::uint8_t>(first)};
    EXPECT_EQ(classify(bytes), kind_by_rfc7983(first)) << first;
  }
}

TEST(Classify, EmptyIsNothing) {
  EXPECT_EQ(classify({}), PacketKind::kOther);
}

TEST(ClassifyStream, PlainStun) {
  for (std::uint8_t first = 0; first < 4; ++first) {
    const std::array<std::uint8_t, 1> bytes{first};
    EXPECT_EQ(classify_stream(bytes), StreamKind::kStun);
  }
}

TEST(ClassifyStream, TlsNeedsTwoBytes) {
  constexpr std::array<std::uint8_t, 2> kHello{0x16, 0x03};
  EXPECT_EQ(classify_stream({}), StreamKind::kNeedMore);
  EXPECT_EQ(classify_stream(Bytes(kHello).first(1)), StreamKind::kNeedMore);
  EXPECT_EQ(classify_stream(kHello), StreamKind::kTls);
  constexpr std::array<std::uint8_t, 2> kOdd{0x16, 0x02};
  EXPECT_EQ(classify_stream(kOdd), StreamKind::kOther);
}

TEST(ClassifyStream, HttpAndTheRest) {
  for (const std::string_view text : {"GET / HTTP/1.1", "POST", "OPTIONS", "CONNECT"}) {
    EXPECT_EQ(classify_stream(as_bytes(text)), StreamKind::kHttp) << text;
  }
  for (const std::string_view text : {"get", " ", "\x04", "\x15\x03", "\xff", "["}) {
    EXPECT_EQ(classify_stream(as_bytes(text)), StreamKind::kOther) << text;
  }
}

}  // namespace
}  // namespace turnpike::stun
