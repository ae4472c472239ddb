#include "cobrowse/renderer/rtc/rtp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace turnpike::rtc {
namespace {

using testing::ElementsAreArray;
using Octets = std::vector<std::uint8_t>;

const RtpHeader kHeader{.payload_type = 96,
                        .marker = true,
                        .sequence = 0x1234,
                        .timestamp = 0x56789abc,
                        .ssrc = 0xdeadbeef};

Octets header(const HeaderExtensions& extensions, const ExtensionIds& ids) {
  Octets out(kMaxRtpHeaderBytes);
  out.resize(write_rtp_header(kHeader, extensions, ids, out));
  return out;
}

TEST(Rtp, PlainHeader) {
  EXPECT_THAT(header({}, {}), ElementsAreArray<int>({0x80, 0xe0, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc,
                                                     0xde, 0xad, 0xbe, 0xef}));
  EXPECT_EQ(header({.no_playout_delay = true}, {}).size(), 12U) << "no id, no extension";
}

TEST(Rtp, OneByteExtensions) {
  Octets out =
      header({.abs_capture_time = 0x0102030405060708, .no_playout_delay = true, .mid = "0"},
             kOfferedExtensions);
  set_transport_sequence(out, 0xabcd);
  EXPECT_THAT(Octets(out.begin() + 12, out.end()),
              ElementsAreArray<int>({0xbe, 0xde, 0,    5,                 //
                                     0x31, 0xab, 0xcd,                    // transport-cc
                                     0x27, 1,    2,    3, 4, 5, 6, 7, 8,  // abs-capture-time
                                     0x42, 0,    0,    0,                 // playout-delay
                                     0x10, '0',  0,    0}));
  EXPECT_EQ(out[0], 0x90);
  EXPECT_EQ(rtp_header_bytes(out), out.size());
}

TEST(Rtp, TheLongestHeaderFits) {
  const Octets out =
      header({.abs_capture_time = 1, .no_playout_delay = true, .mid = "0123456789abcdef"},
             kOfferedExtensions);
  EXPECT_LE(out.size(), kMaxRtpHeaderBytes);
  EXPECT_EQ(out.size() % 4, 0U);
}

TEST(Rtp, RtxKeepsAllButTheSource) {
  Octets packet = header({.no_playout_delay = true}, kOfferedExtensions);
  const std::size_t head = packet.size();
  packet.insert(packet.end(), {7, 8, 9});
  Octets out(packet.size() + kRtxOverhead);
  EXPECT_EQ(write_rtx(packet, {.payload_type = 97, .sequence = 5, .ssrc = 0x01020304}, out),
            out.size());
  EXPECT_EQ(out[1], 0x80 | 97) << "the marker stays";
  EXPECT_EQ(load_be16(&out[2]), 5);
  EXPECT_EQ(load_be32(&out[4]), kHeader.timestamp);
  EXPECT_EQ(load_be32(&out[8]), 0x01020304U);
  EXPECT_THAT(Octets(out.begin() + 12, out.begin() + static_cast<long>(head)),
              ElementsAreArray(packet.begin() + 12, packet.begin() + static_cast<long>(head)));
  EXPECT_THAT(Octets(out.begin() + static_cast<long>(head), out.end()),
              ElementsAreArray<int>({0x12, 0x34, 7, 8, 9}));
}

}  // namespace
}  // namespace turnpike::rtc
