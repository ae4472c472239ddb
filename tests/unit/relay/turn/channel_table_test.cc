#include "relay/turn/channel_table.h"

#include <gtest/gtest.h>

namespace turnpike::turn {
namespace {

constexpr HashSeed kSeed{1, 2};

PeerAddress peer(std::uint16_t port) {
  return {{IpAddress::v4(8, 8, 4, 4), port}};
}

Channel channel(std::uint16_t index, int expires_s = 10) {
  return {peer(static_cast<std::uint16_t>(index + 1)), static_cast<std::uint16_t>(0x4000 + index),
          MonotonicTime(seconds(expires_s))};
}

TEST(ChannelTable, FindsByNumberAndByPeer) {
  ChannelTable table(kSeed);
  table.put(channel(0));
  ASSERT_NE(table.find(std::uint16_t{0x4000}), nullptr);
  EXPECT_EQ(table.find(std::uint16_t{0x4000})->peer, peer(1));
  ASSERT_NE(table.find(peer(1)), nullptr);
  EXPECT_EQ(table.find(peer(1))->number, 0x4000);
  EXPECT_EQ(table.find(std::uint16_t{0x4001}), nullptr);
  EXPECT_EQ(table.find(peer(2)), nullptr);
}

TEST(ChannelTable, PutAgainMovesTheExpiry) {
  ChannelTable table(kSeed);
  table.put(channel(0, 10));
  table.put(channel(0, 20));
  EXPECT_EQ(table.size(), 1U);
  EXPECT_TRUE(table.find(peer(1))->live(MonotonicTime(seconds(19))));
  EXPECT_FALSE(table.find(peer(1))->live(MonotonicTime(seconds(20))));
}

TEST(ChannelTable, GrowsAndShrinksInAnyOrder) {
  ChannelTable table(kSeed);
  for (std::uint16_t i = 0; i < 256; ++i) {
    table.put(channel(i));
    ASSERT_TRUE(table.check_consistent()) << i;
  }
  for (std::uint16_t i = 0; i < 256; ++i) {
    const auto victim = static_cast<std::uint16_t>((i * 5) % 256);
    table.erase(static_cast<std::uint16_t>(0x4000 + victim));
    ASSERT_EQ(table.find(peer(static_cast<std::uint16_t>(victim + 1))), nullptr);
    ASSERT_TRUE(table.check_consistent()) << i;
  }
  EXPECT_EQ(table.size(), 0U);
}

TEST(ChannelTableDeathTest, TwoBindingsOfOnePeerAreABug) {
  ChannelTable table(kSeed);
  table.put(channel(0));
  Channel twice = channel(1);
  twice.peer = peer(1);
  EXPECT_DEATH(table.put(twice), "slot");
}

}  // namespace
}  // namespace turnpike::turn
