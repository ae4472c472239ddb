#include "cobrowse/renderer/rtc/sdp_offer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cobrowse/renderer/rtc/sdp_text.h"

namespace turnpike::rtc {
namespace {

Offer an_offer() {
  Offer offer{.session_id = 42,
              .ice_ufrag = "abcd",
              .ice_pwd = "abcdefghijklmnopqrstuv",
              .fingerprint = {},
              .cname = "turnpike",
              .stream_id = "screen",
              .track_id = "picture",
              .ssrc = 1111,
              .rtx_ssrc = 2222};
  offer.fingerprint[0] = 0xab;
  offer.fingerprint[31] = 0x01;
  return offer;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) out.emplace_back(take_line(text));
  return out;
}

TEST(SdpOffer, HasEveryLineThatABrowserNeeds) {
  const auto lines = lines_of(write_offer(an_offer()));
  EXPECT_EQ(lines.front(), "v=0");
  EXPECT_EQ(lines[1], "o=- 42 1 IN IP4 127.0.0.1");
  for (const char* line :
       {"a=group:BUNDLE 0",
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
        "a=mid:0",
        "a=sendonly",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:abcdefghijklmnopqrstuv",
        "a=ice-options:trickle",
        "a=setup:actpass",
        "a=rtpmap:96 VP8/90000",
        "a=rtpmap:97 rtx/90000",
        "a=fmtp:97 apt=96",
        "a=rtcp-fb:96 nack",
        "a=rtcp-fb:96 nack pli",
        "a=rtcp-fb:96 ccm fir",
        "a=rtcp-fb:96 goog-remb",
        "a=rtcp-fb:96 transport-cc",
        "a=ssrc-group:FID 1111 2222",
        "a=ssrc:1111 cname:turnpike",
        "a=ssrc:2222 cname:turnpike",
        "a=msid:screen picture",
        "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"}) {
    EXPECT_THAT(lines, testing::Contains(line));
  }
}

TEST(SdpOffer, SoundIsAFurtherSectionAndElseTheOfferStaysAsItIs) {
  Offer offer = an_offer();
  const std::string without = write_offer(offer);
  EXPECT_EQ(without.find("audio"), std::string::npos);
  offer.sound = OfferedSound{.stream_id = "sound", .track_id = "voice", .ssrc = 3333};
  const std::string both = write_offer(offer);
  const std::size_t second = both.find("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n");
  ASSERT_NE(second, std::string::npos);
  std::string first = both.substr(0, second);
  const std::string_view group = "BUNDLE 0 1";
  first.replace(first.find(group), group.size(), "BUNDLE 0");
  EXPECT_EQ(first, without);
  const auto lines = lines_of(both.substr(second));
  for (const char* line :
       {"a=mid:1", "a=sendonly", "a=rtcp-mux", "a=ice-ufrag:abcd", "a=setup:actpass",
        "a=rtpmap:111 opus/48000/2", "a=rtcp-fb:111 transport-cc",
        "a=fmtp:111 minptime=20;useinbandfec=1", "a=msid:sound voice", "a=ssrc:3333 cname:turnpike",
        "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"}) {
    EXPECT_THAT(lines, testing::Contains(line));
  }
}

TEST(SdpOffer, SaysNothingOfOurAddresses) {
  const std::string sdp = write_offer(an_offer());
  EXPECT_EQ(sdp.find("a=candidate"), std::string::npos);
  EXPECT_EQ(sdp.find("end-of-candidates"), std::string::npos);
}

TEST(SdpOffer, FingerprintIsHexWithColons) {
  const std::string text = fingerprint_text(an_offer().fingerprint);
  EXPECT_EQ(text.size(), 32U * 3 - 1);
  EXPECT_TRUE(text.starts_with("AB:00:"));
  EXPECT_TRUE(text.ends_with(":00:01"));
  EXPECT_NE(write_offer(an_offer()).find("a=fingerprint:sha-256 " + text + "\r\n"),
            std::string::npos);
}

}  // namespace
}  // namespace turnpike::rtc
