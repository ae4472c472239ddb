#include "cobrowse/renderer/rtc/transport_feedback.h"

#include <gtest/gtest.h>

#include <vector>

namespace turnpike::rtc {
namespace {

using Octets = std::vector<std::uint8_t>;

struct Want {
  std::uint16_t sequence;
  std::int64_t after_us;
};

void expect_received(const Octets& body, const std::vector<Want>& want) {
  const auto feedback = parse_transport_feedback(body);
  ASSERT_TRUE(feedback);
  ASSERT_EQ(feedback->received.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    EXPECT_EQ(feedback->received[i].sequence, want[i].sequence) << i;
    EXPECT_EQ(feedback->received[i].after.count(), want[i].after_us) << i;
  }
}

TEST(TransportFeedback, Head) {
  const auto feedback =
      parse_transport_feedback(Octets{0x12, 0x34, 0, 1, 0xab, 0xcd, 0xef, 7, 0x20, 1, 4});
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->base_sequence, 0x1234);
  EXPECT_EQ(feedback->count, 1);
  EXPECT_EQ(feedback->reference, 0xabcdefU);
  EXPECT_EQ(feedback->feedback_count, 7);
}

TEST(TransportFeedback, RunsOfEachSymbol) {
  expect_received({0xff, 0xff, 0, 5, 0, 0, 0, 0,  //
                   0x20, 2,                       // two small deltas
                   0x00, 2,                       // two lost
                   0x40, 1,                       // one large delta
                   4, 255, 0xff, 0xfc},
                  {{65535, 1000}, {0, 1000 + 63750}, {3, 64750 - 1000}});
}

TEST(TransportFeedback, VectorsOfOneAndTwoBits) {
  // 14 one-bit symbols: 1010…0, then 7 two-bit symbols of which three count: 01 10 00.
  expect_received({0, 10, 0, 17, 0, 0, 0, 0,  //
                   0xa8, 0x00,                //
                   0xd8, 0x00,                //
                   1, 1, 1, 0x01, 0x00},
                  {{10, 250}, {12, 500}, {24, 750}, {25, 64750}});
}

TEST(TransportFeedback, WhatIsRefused) {
  const Octets rows[] = {
      {},
      {0, 1, 0, 1, 0, 0, 0},
      {0, 1, 0, 0, 0, 0, 0, 0, 0x20, 1, 1},        // a range of none
      {0, 1, 0, 1, 0, 0, 0, 0},                    // no chunk
      {0, 1, 0, 9, 0, 0, 0, 0, 0x20, 1, 1},        // not enough chunks
      {0, 1, 0, 1, 0, 0, 0, 0, 0x20, 1},           // no delta
      {0, 1, 0, 1, 0, 0, 0, 0, 0x40, 1, 1},        // half a delta
      {0, 1, 0, 1, 0, 0, 0, 0, 0x60, 1, 1, 1},     // the reserved symbol
      {0, 1, 0, 1, 0, 0, 0, 0, 0x20, 0, 0x20, 0},  // runs of nothing
  };
  for (const Octets& body : rows) {
    EXPECT_FALSE(parse_transport_feedback(body)) << testing::PrintToString(body);
  }
}

TEST(TransportFeedback, ClaimsCostNothing) {
  Octets body{0, 0, 0xff, 0xff, 0, 0, 0, 0};
  for (int i = 0; i < 9; ++i) body.insert(body.end(), {0x1f, 0xff});  // 9 × 8191 lost
  const auto feedback = parse_transport_feedback(body);
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->count, 65535);
  EXPECT_EQ(feedback->received.capacity(), 0U);
}

}  // namespace
}  // namespace turnpike::rtc
