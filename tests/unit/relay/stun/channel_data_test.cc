// ChannelData in datagrams: RFC 8656 section 12.4, and the clients that pad although they need not.
#include "relay/stun/channel_data.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/relay/stun/raw_message.h"

namespace turnpike::stun {
namespace {

std::vector<std::uint8_t> datagram(std::uint16_t number, std::uint16_t claimed, std::size_t real) {
  std::vector<std::uint8_t> bytes(kChannelHeaderSize + real, 0x11);
  write_channel_header(bytes.data(), number, claimed);
  return bytes;
}

TEST(ChannelDataParse, GivesNumberAndData) {
  const auto bytes = datagram(0x4abc, 5, 5);
  const auto parsed = parse_channel_data(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->number, 0x4abc);
  EXPECT_EQ(parsed->data.data(), bytes.data() + 4);
  EXPECT_EQ(parsed->data.size(), 5U);
}

TEST(ChannelDataParse, PaddingOverUdpIsIgnored) {
  for (std::size_t extra = 0; extra < 8; ++extra) {
    const auto bytes = datagram(0x4000, 5, 5 + extra);
    EXPECT_EQ(parse_channel_data(bytes)->data.size(), 5U);
  }
}

TEST(ChannelDataParse, EmptyDataIsAllowed) {
  const auto bytes = datagram(0x4000, 0, 0);
  ASSERT_TRUE(parse_channel_data(bytes));
  EXPECT_TRUE(parse_channel_data(bytes)->data.empty());
}

TEST(ChannelDataParse, FewerBytesThanClaimedIsAnError) {
  for (std::size_t real = 0; real < 10; ++real) {
    EXPECT_FALSE(parse_channel_data(datagram(0x4000, 10, real))) << real;
  }
  EXPECT_FALSE(parse_channel_data(datagram(0x4000, 65535, 65534)));
  EXPECT_TRUE(parse_channel_data(datagram(0x4000, 65535, 65535)));
}

TEST(ChannelDataParse, ShorterThanAHeader) {
  const auto bytes = datagram(0x4000, 0, 0);
  for (std::size_t size = 0; size < 4; ++size) {
    EXPECT_FALSE(parse_channel_data(Bytes(bytes).first(size)));
  }
}

TEST(ChannelDataParse, NumbersOfRfc5766AndNoOthers) {
  for (unsigned number = 0; number <= 0xffff; ++number) {
    const auto bytes = datagram(static_cast<std::uint16_t>(number), 0, 0);
    ASSERT_EQ(parse_channel_data(bytes).has_value(), number >= 0x4000 && number <= 0x7fff);
  }
}

TEST(ChannelDataPadding, FillsUpToFour) {
  EXPECT_EQ(padding_of(0), 0U);
  EXPECT_EQ(padding_of(1), 3U);
  EXPECT_EQ(padding_of(2), 2U);
  EXPECT_EQ(padding_of(3), 1U);
  EXPECT_EQ(padding_of(4), 0U);
  EXPECT_EQ(padding_of(65533), 3U);
  EXPECT_EQ(padding_of(65535), 1U);
}

}  // namespace
}  // namespace turnpike::stun
