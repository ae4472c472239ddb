#include "cobrowse/renderer/rtc/sent_packets.h"

#include <gtest/gtest.h>

#include "cobrowse/renderer/rtc/limits.h"

namespace turnpike::rtc {
namespace {

MonotonicTime at(std::int64_t ms) {
  return MonotonicTime(milliseconds(1000 + ms));
}

TransportFeedback feedback(std::uint16_t base, std::uint16_t count,
                           std::vector<TransportFeedback::Received> received,
                           std::uint32_t reference = 1) {
  return {.base_sequence = base,
          .count = count,
          .reference = reference,
          .received = std::move(received)};
}

TEST(SentPackets, JoinsSendingAndArrival) {
  SentPackets sent;
  EXPECT_EQ(sent.add(at(0), 100), 0);
  EXPECT_EQ(sent.add(at(1), 200), 1);
  EXPECT_EQ(sent.add(at(2), 300), 2);
  const auto results =
      sent.on_feedback(feedback(0, 3, {{0, milliseconds(5)}, {2, milliseconds(7)}}));
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].sent, at(0));
  EXPECT_EQ(results[0].bytes, 100U);
  EXPECT_FALSE(results[1].arrival);
  EXPECT_EQ(*results[2].arrival - *results[0].arrival, milliseconds(2));
}

TEST(SentPackets, NothingIsToldTwiceButALostOneMayCome) {
  SentPackets sent;
  sent.add(at(0), 100);
  sent.add(at(1), 100);
  EXPECT_EQ(sent.on_feedback(feedback(0, 2, {{1, milliseconds(1)}})).size(), 2U);
  EXPECT_TRUE(sent.on_feedback(feedback(0, 2, {{1, milliseconds(1)}})).empty());
  const auto late = sent.on_feedback(feedback(0, 1, {{0, milliseconds(9)}}));
  ASSERT_EQ(late.size(), 1U);
  EXPECT_TRUE(late[0].arrival);
}

TEST(SentPackets, UnknownNumbersAreLeftOut) {
  SentPackets sent;
  EXPECT_TRUE(sent.on_feedback(feedback(5, 65535, {{5, milliseconds(1)}})).empty());
  for (std::size_t i = 0; i < kSentPackets + 10; ++i) sent.add(at(0), 1);
  const auto results = sent.on_feedback(feedback(0, 20, {}));
  EXPECT_EQ(results.size(), 10U) << "the first ones are forgotten";
}

TEST(SentPackets, TheViewersClockWraps) {
  SentPackets sent;
  for (int i = 0; i < 3; ++i) sent.add(at(i), 1);
  const auto first = sent.on_feedback(feedback(0, 1, {{0, milliseconds(0)}}, 0xffffff));
  const auto second = sent.on_feedback(feedback(1, 1, {{1, milliseconds(0)}}, 1));
  EXPECT_EQ(*second[0].arrival - *first[0].arrival, milliseconds(128));
  const auto jumped = sent.on_feedback(feedback(2, 1, {{2, milliseconds(1)}}, 0x800000));
  EXPECT_EQ(*jumped[0].arrival - *second[0].arrival, milliseconds(1)) << "a jump is no time";
}

}  // namespace
}  // namespace turnpike::rtc
