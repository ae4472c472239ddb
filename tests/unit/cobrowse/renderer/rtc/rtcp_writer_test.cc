#include "cobrowse/renderer/rtc/rtcp_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "cobrowse/renderer/rtc/rtcp.h"

namespace turnpike::rtc {
namespace {

TEST(RtcpWriter, NtpTime) {
  EXPECT_EQ(ntp_time(WallTime(seconds(0))), 2'208'988'800ULL << 32);
  EXPECT_EQ(ntp_time(WallTime(milliseconds(1500))), (2'208'988'801ULL << 32) | 0x80000000ULL);
  EXPECT_EQ(ntp_middle(0x1111222233334444ULL), 0x22223333U);
}

TEST(RtcpWriter, ReportAndName) {
  std::vector<std::uint8_t> out(kMaxSenderReportBytes, 0xee);
  out.resize(write_sender_report({.ssrc = 0x01020304,
                                  .ntp = 0x1112131415161718,
                                  .rtp_timestamp = 0x21222324,
                                  .packets = 5,
                                  .octets = 6},
                                 "ab", out));
  EXPECT_THAT(out, testing::ElementsAreArray<int>({
                       0x80, 200,  0,    6,    1,    2,    3,    4,                             //
                       0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x21, 0x22, 0x23, 0x24,  //
                       0,    0,    0,    5,    0,    0,    0,    6,                             //
                       0x81, 202,  0,    3,    1,    2,    3,    4,    1,    2,    'a',  'b',   //
                       0,    0,    0,    0,
                   }));
}

TEST(RtcpWriter, EveryLengthOfNameIsACompoundThatParses) {
  for (std::size_t size = 0; size <= kMaxCnameBytes; ++size) {
    std::vector<std::uint8_t> out(kMaxSenderReportBytes);
    out.resize(write_sender_report({}, std::string(size, 'c'), out));
    EXPECT_TRUE(parse_rtcp(out)) << size;
    EXPECT_EQ(out.back(), 0) << size;
  }
}

}  // namespace
}  // namespace turnpike::rtc
