#include "cobrowse/renderer/rtc/packet_history.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cobrowse/renderer/rtc/limits.h"

namespace turnpike::rtc {
namespace {

const MonotonicTime kNow{seconds(3)};

void add(PacketHistory& history, std::size_t size) {
  const auto mark = static_cast<std::uint8_t>(history.next_sequence());
  std::ranges::fill(history.reserve().first(size), mark);
  history.add(size);
}

void send_all(PacketHistory& history) {
  while (history.has_unsent()) history.mark_sent(history.first_unsent(), kNow);
}

TEST(PacketHistory, QueueAndHistory) {
  PacketHistory history(65535);
  EXPECT_FALSE(history.has_unsent());
  add(history, 100);
  add(history, 200);
  EXPECT_EQ(history.unsent_packets(), 2U);
  EXPECT_EQ(history.unsent_bytes(), 300U);
  EXPECT_EQ(history.first_unsent().sequence, 65535);
  history.mark_sent(history.first_unsent(), kNow);
  EXPECT_EQ(history.first_unsent().sequence, 0) << "wraps";
  EXPECT_EQ(history.unsent_bytes(), 200U);
  ASSERT_NE(history.find(65535), nullptr);
  EXPECT_EQ(history.find(65535)->sent, kNow);
  EXPECT_FALSE(history.find(0)->sent);
  EXPECT_EQ(history.find(1), nullptr);
  EXPECT_EQ(history.find(65534), nullptr);
}

TEST(PacketHistory, WhatIsFoundIsNeverWrittenOver) {
  PacketHistory history(0);
  for (int i = 0; i < 9000; ++i) {
    add(history, 300 + static_cast<std::size_t>(i * 37 % 880));
    send_all(history);
    history.reserve();
    std::size_t found = 0;
    for (int back = 0; i % 500 == 0 && back < 5000; ++back) {
      const auto sequence = static_cast<std::uint16_t>(i - back);
      auto* packet = history.find(sequence);
      if (packet == nullptr) continue;
      ++found;
      const auto bytes = history.bytes(*packet);
      const auto mark = static_cast<std::uint8_t>(sequence);
      ASSERT_TRUE(std::ranges::all_of(bytes, [&](auto b) { return b == mark; })) << sequence;
    }
    if (i == 8500) {
      EXPECT_GT(found, 2000U);
    }
  }
}

TEST(PacketHistory, TheQueueIsBounded) {
  PacketHistory history(0);
  EXPECT_TRUE(history.has_room(kMaxQueuedPackets, kMaxQueuedBytes));
  EXPECT_FALSE(history.has_room(kMaxQueuedPackets + 1, 1));
  EXPECT_FALSE(history.has_room(1, kMaxLoneFrameBytes + 1));
  add(history, 1000);
  EXPECT_FALSE(history.has_room(1, kMaxQueuedBytes));
  while (history.has_room(1, 1000)) add(history, 1000);
  EXPECT_EQ(history.unsent_packets(), kMaxQueuedBytes / 1000);
  EXPECT_EQ(history.first_unsent().sequence, 0) << "still there";
  EXPECT_EQ(history.bytes(history.first_unsent())[999], 0);
}

// A key frame at 50 Mbit/s.
TEST(PacketHistory, OneLongFrameMayWaitAlone) {
  PacketHistory history(0);
  for (int round = 0; round < 3; ++round) {
    const std::uint16_t first = history.next_sequence();
    ASSERT_TRUE(history.has_room(kMaxLoneFrameBytes / 1130, kMaxLoneFrameBytes));
    while (history.unsent_bytes() + 1130 <= kMaxLoneFrameBytes) add(history, 1130);
    EXPECT_FALSE(history.has_room(1, 1));
    EXPECT_EQ(history.first_unsent().sequence, first);
    for (; history.has_unsent(); history.mark_sent(history.first_unsent(), kNow)) {
      auto& packet = history.first_unsent();
      ASSERT_EQ(history.bytes(packet)[1129], static_cast<std::uint8_t>(packet.sequence));
    }
  }
}

TEST(PacketHistory, WhatWaitsCanBeDropped) {
  PacketHistory history(65'535);
  for (int i = 0; i < 3; ++i) {
    history.reserve();
    history.add(100);
  }
  history.mark_sent(history.first_unsent(), MonotonicTime(seconds(1)));
  history.drop_unsent();
  EXPECT_FALSE(history.has_unsent());
  EXPECT_EQ(history.unsent_bytes(), 0U);
  EXPECT_EQ(history.next_sequence(), 0);
  EXPECT_NE(history.find(65'535), nullptr) << "it has left";
  EXPECT_EQ(history.find(0), nullptr);
  EXPECT_EQ(history.find(1), nullptr);
}

}  // namespace
}  // namespace turnpike::rtc
