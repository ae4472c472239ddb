#include "cobrowse/renderer/rtc/rtcp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cobrowse/renderer/rtc/limits.h"

namespace turnpike::rtc {
namespace {

using Octets = std::vector<std::uint8_t>;
using testing::ElementsAre;

const Octets kReport{0x81, 201,  0,    7,    0, 0, 0, 1,  // RR of SSRC 1, one block
                     0,    0,    0,    9,                 // about 9
                     0x40, 0xff, 0xff, 0xfe,              // a quarter lost, -2 in all
                     0,    1,    0,    5,    0, 0, 0, 7, 1, 2, 3, 4, 0, 1, 0, 0};
const Octets kNack{0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 9, 0xff, 0xff, 0x80, 0x01};
const Octets kPli{0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 9};
const Octets kFir{0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 3, 0, 0, 0};
const Octets kRemb{0x8f, 206, 0,   5,   0, 0, 0,    1,    0, 0, 0, 0,
                   'R',  'E', 'M', 'B', 1, 7, 0xa1, 0x20, 0, 0, 0, 9};
const Octets kSdes{0x81, 202, 0, 3, 0, 0, 0, 1, 1, 2, 'a', 'b', 0, 0, 0, 0};

Octets joined(std::initializer_list<Octets> all) {
  Octets out;
  for (const Octets& one : all) out.insert(out.end(), one.begin(), one.end());
  return out;
}

TEST(Rtcp, EveryKindInOneCompound) {
  const auto items = parse_rtcp(joined({kReport, kSdes, kNack, kPli, kFir, kRemb}));
  ASSERT_TRUE(items) << rtcp_error_text(items.error());
  ASSERT_EQ(items->size(), 5U);
  const auto& report = std::get<ReportBlock>((*items)[0]);
  EXPECT_EQ(report.ssrc, 9U);
  EXPECT_EQ(report.fraction_lost, 64);
  EXPECT_EQ(report.cumulative_lost, -2);
  EXPECT_EQ(report.highest_sequence, 0x10005U);
  EXPECT_EQ(report.jitter, 7U);
  EXPECT_EQ(report.last_sr, 0x01020304U);
  EXPECT_EQ(report.since_last_sr, 0x10000U);
  const auto& nack = std::get<Nack>((*items)[1]);
  EXPECT_EQ(nack.media_ssrc, 9U);
  EXPECT_THAT(nack.sequences, ElementsAre(65535, 0, 15)) << "wraps";
  EXPECT_EQ(std::get<PictureLoss>((*items)[2]).media_ssrc, 9U);
  EXPECT_EQ(std::get<FullIntraRequest>((*items)[3]).media_ssrc, 9U);
  EXPECT_EQ(std::get<FullIntraRequest>((*items)[3]).sequence, 3);
  EXPECT_EQ(std::get<BitrateEstimate>((*items)[4]).bps, 0x3a120U << 1);
}

TEST(Rtcp, SenderReportsHaveBlocksToo) {
  Octets sr = kReport;
  sr[1] = 200;
  sr[3] = 12;
  sr.insert(sr.begin() + 8, 20, 0);
  const auto items = parse_rtcp(sr);
  ASSERT_TRUE(items);
  EXPECT_EQ(std::get<ReportBlock>(items->at(0)).ssrc, 9U);
}

TEST(Rtcp, ARembThatNoNumberHolds) {
  Octets remb = kRemb;
  remb[17] = 0xff;
  EXPECT_EQ(std::get<BitrateEstimate>(parse_rtcp(remb)->at(0)).bps, UINT64_MAX);
}

TEST(Rtcp, PaddingAndUnknownPacketsAreSkipped) {
  Octets padded = kPli;
  padded[0] |= 0x20;
  padded[3] = 3;
  padded.insert(padded.end(), {0, 0, 0, 4});
  EXPECT_EQ(parse_rtcp(padded)->size(), 1U);
  EXPECT_TRUE(parse_rtcp(Octets{0x80, 207, 0, 0})->empty());
  EXPECT_TRUE(parse_rtcp(Octets{0x89, 206, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0})->empty());
  Octets other = kRemb;
  other[12] = 'X';
  EXPECT_TRUE(parse_rtcp(other)->empty());
}

TEST(Rtcp, ANackNamesNoMoreThanItsLimit) {
  Octets nack{0x81, 205, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9};
  for (int i = 0; i < 1000; ++i) nack.insert(nack.end(), {0, 1, 0xff, 0xff});
  store_be16(&nack[2], static_cast<std::uint16_t>(nack.size() / 4 - 1));
  EXPECT_EQ(std::get<Nack>(parse_rtcp(nack)->at(0)).sequences.size(), kMaxNackedPackets);
}

TEST(Rtcp, WhatIsRefused) {
  const auto changed = [](Octets packet, std::size_t at, std::uint8_t value) {
    packet[at] = value;
    return packet;
  };
  const std::pair<Octets, RtcpError> rows[] = {
      {{}, RtcpError::kTruncated},
      {{0x80, 201, 0}, RtcpError::kTruncated},
      {changed(kReport, 3, 8), RtcpError::kTruncated},
      {changed(kReport, 0, 0x41), RtcpError::kVersion},
      {changed(kReport, 1, 96), RtcpError::kVersion},
      {changed(kPli, 0, 0xa1), RtcpError::kPadding},
      {changed(changed(kPli, 0, 0xa1), 11, 0), RtcpError::kPadding},
      {changed(changed(kPli, 0, 0xa1), 11, 8), RtcpError::kBody},
      {changed(kReport, 0, 0x82), RtcpError::kBody},
      {{0x80, 201, 0, 0}, RtcpError::kBody},
      {{0x81, 205, 0, 1, 0, 0, 0, 1}, RtcpError::kBody},
      {{0x81, 205, 0, 2, 0, 0, 0, 1, 0, 0, 0, 9}, RtcpError::kBody},
      {{0x81, 206, 0, 1, 0, 0, 0, 1}, RtcpError::kBody},
      {changed(kFir, 0, 0x84 | 0x20), RtcpError::kPadding},
      {changed(kRemb, 16, 2), RtcpError::kBody},
      {joined({kPli, {0x80, 201, 0, 9}}), RtcpError::kTruncated},
      {Octets(kMaxRtcpBytes + 4, 0), RtcpError::kTooLong},
  };
  for (const auto& [packet, error] : rows) {
    const auto items = parse_rtcp(packet);
    ASSERT_FALSE(items) << testing::PrintToString(packet);
    EXPECT_EQ(items.error(), error) << testing::PrintToString(packet);
    EXPECT_FALSE(rtcp_error_text(error).empty());
  }
}

}  // namespace
}  // namespace turnpike::rtc
