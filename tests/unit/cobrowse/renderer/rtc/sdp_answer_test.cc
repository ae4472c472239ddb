#include "cobrowse/renderer/rtc/sdp_answer.h"

#include <gtest/gtest.h>

#include "cobrowse/renderer/rtc/limits.h"

namespace turnpike::rtc {
namespace {

// As Chromium answers write_offer().
constexpr std::string_view kAnswer =
    "v=0\r\n"
    "o=- 4611731400430051336 2 IN IP4 127.0.0.1\r\n"
    "s=-\r\n"
    "t=0 0\r\n"
    "a=group:BUNDLE 0\r\n"
    "a=extmap-allow-mixed\r\n"
    "a=msid-semantic: WMS\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"
    "c=IN IP4 0.0.0.0\r\n"
    "a=rtcp:9 IN IP4 0.0.0.0\r\n"
    "a=candidate:1 1 udp 41885439 192.0.2.15 50123 typ relay raddr 0.0.0.0 rport 0\r\n"
    "a=candidate:2 1 ssltcp 41885439 192.0.2.15 50123 typ relay\r\n"
    "a=ice-ufrag:EsAw\r\n"
    "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
    "a=ice-options:trickle\r\n"
    "a=fingerprint:sha-256 D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:B4:84:24:2C:C2:A2:C0:3E:FD:34:8E:"
    "5E:EA:6F:AF:52:CE:E6:0f\r\n"
    "a=setup:active\r\n"
    "a=mid:0\r\n"
    "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
    "a=extmap:3/recvonly "
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
    "a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r\n"
    "a=recvonly\r\n"
    "a=rtcp-mux\r\n"
    "a=rtcp-rsize\r\n"
    "a=rtpmap:96 VP8/90000\r\n"
    "a=rtcp-fb:96 goog-remb\r\n"
    "a=rtcp-fb:96 transport-cc\r\n"
    "a=rtcp-fb:96 ccm fir\r\n"
    "a=rtcp-fb:96 nack\r\n"
    "a=rtcp-fb:96 nack pli\r\n"
    "a=rtpmap:97 rtx/90000\r\n"
    "a=fmtp:97 apt=96\r\n";

std::string with(std::string_view from, std::string_view to) {
  std::string out(kAnswer);
  const std::size_t at = out.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return out.replace(at, from.size(), to);
}

TEST(SdpAnswer, ReadsWhatChromiumAnswers) {
  const auto answer = parse_answer(kAnswer);
  ASSERT_TRUE(answer) << sdp_error_text(answer.error());
  EXPECT_EQ(answer->ice_ufrag, "EsAw");
  EXPECT_EQ(answer->ice_pwd, "P2uYro0UCOQ4zxjKXaWCBui1");
  EXPECT_EQ(answer->fingerprint[0], 0xd2);
  EXPECT_EQ(answer->fingerprint[31], 0x0f);
  EXPECT_EQ(answer->setup, DtlsSetup::kActive);
  EXPECT_EQ(answer->vp8_payload_type, 96);
  EXPECT_EQ(answer->rtx_payload_type, 97);
  EXPECT_EQ(answer->extensions, (ExtensionIds{
                                    .mid = 1,
                                    .abs_capture_time = 0,
                                    .transport_cc = 3,
                                    .playout_delay = 4,
                                }));
  EXPECT_TRUE(answer->nack && answer->transport_cc && answer->remb && answer->reduced_size_rtcp);
  ASSERT_EQ(answer->candidates.size(), 1U) << "the one that cannot be read is left out";
  EXPECT_EQ(answer->candidates[0].address, "192.0.2.15");
}

TEST(SdpAnswer, WithoutRtxAndWithLineFeedsAlone) {
  std::string sdp = with("SAVPF 96 97", "SAVPF 96");
  std::erase(sdp, '\r');
  const auto answer = parse_answer(sdp);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->rtx_payload_type);
  const auto other = parse_answer(with("apt=96", "apt=98"));
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->rtx_payload_type) << "it repeats another codec";
}

TEST(SdpAnswer, FeedbackForAllAndForNone) {
  const auto all = parse_answer(with("a=rtcp-fb:96 nack\r\n", "a=rtcp-fb:* nack\r\n"));
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->nack);
  const auto none = parse_answer(with("a=rtcp-fb:96 nack\r\n", ""));
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->nack) << "nack pli is another thing";
}

TEST(SdpAnswer, SendrecvAndPassiveAreFine) {
  EXPECT_TRUE(parse_answer(with("a=recvonly\r\n", "")));
  const auto passive = parse_answer(with("setup:active", "setup:passive"));
  ASSERT_TRUE(passive);
  EXPECT_EQ(passive->setup, DtlsSetup::kPassive);
}

constexpr std::string_view kSound =
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
    "c=IN IP4 0.0.0.0\r\n"
    "a=rtcp:9 IN IP4 0.0.0.0\r\n"
    "a=ice-ufrag:Another\r\n"
    "a=setup:passive\r\n"
    "a=mid:1\r\n"
    "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
    "a=extmap:3/recvonly "
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
    "a=recvonly\r\n"
    "a=rtcp-mux\r\n"
    "a=rtpmap:111 opus/48000/2\r\n"
    "a=rtcp-fb:111 transport-cc\r\n"
    "a=fmtp:111 minptime=20;useinbandfec=1\r\n";

TEST(SdpAnswer, TheSoundIsTaken) {
  const auto answer = parse_answer(std::string(kAnswer) + std::string(kSound), true);
  ASSERT_TRUE(answer) << sdp_error_text(answer.error());
  ASSERT_TRUE(answer->sound);
  EXPECT_EQ(answer->sound->opus_payload_type, 111);
  EXPECT_EQ(answer->sound->extensions.mid, 1);
  EXPECT_EQ(answer->sound->extensions.transport_cc, 3);
  EXPECT_EQ(answer->ice_ufrag, "EsAw") << "of the first section, whose transport it shares";
  EXPECT_EQ(answer->setup, DtlsSetup::kActive);
}

TEST(SdpAnswer, WithoutWantingTheSoundThePictureIsTaken) {
  for (const auto& [from, to] : {std::pair{"m=audio 9", "m=audio 0"},
                                 {"a=recvonly", "a=inactive"},
                                 {"opus/48000/2", "PCMU/8000"},
                                 {"a=rtpmap:111", "a=rtpmap:112"},
                                 {"a=rtpmap:111", "a=rtpmap:x"},
                                 {"SAVPF 111", "SAVPF 128"},
                                 {"SAVPF 111", "SAVPF"}}) {
    std::string sound(kSound);
    sound.replace(sound.find(from), std::string_view(from).size(), to);
    const auto answer = parse_answer(std::string(kAnswer) + sound, true);
    ASSERT_TRUE(answer) << from << " -> " << to << sdp_error_text(answer.error());
    EXPECT_FALSE(answer->sound) << from << " -> " << to;
    EXPECT_EQ(answer->vp8_payload_type, 96);
  }
  std::string sound(kSound);
  sound.erase(sound.find("a=rtcp-fb:111 transport-cc\r\n"), 28);
  const auto plain = parse_answer(std::string(kAnswer) + sound, true);
  ASSERT_TRUE(plain && plain->sound);
  EXPECT_EQ(plain->sound->extensions.transport_cc, 0);
}

TEST(SdpAnswer, TheSoundIsThereWhenItWasOfferedAndOnlyThen) {
  const std::string both = std::string(kAnswer) + std::string(kSound);
  EXPECT_EQ(parse_answer(both).error(), SdpError::kMediaSections);
  EXPECT_EQ(parse_answer(kAnswer, true).error(), SdpError::kMediaSections);
  EXPECT_EQ(parse_answer(both + std::string(kSound), true).error(), SdpError::kMediaSections);
  std::string swapped = both;
  swapped.replace(swapped.find("m=video 9"), 9, "m=audio 9");
  EXPECT_EQ(parse_answer(swapped, true).error(), SdpError::kMediaSections);
}

TEST(SdpAnswer, WhatIsRefused) {
  const std::tuple<const char*, const char*, SdpError> rows[] = {
      {"v=0", "v=1", SdpError::kSyntax},
      {"s=-", "s", SdpError::kSyntax},
      {"m=video 9", "m=video x", SdpError::kSyntax},
      {"SAVPF 96 97", "SAVPF 96 128", SdpError::kSyntax},
      {"a=extmap:4", "a=extmap:0", SdpError::kSyntax},
      {"a=rtpmap:96", "a=rtpmap:300", SdpError::kSyntax},
      {"m=video 9", "m=audio 9", SdpError::kMediaSections},
      {"m=video 9 UDP", "m=video 9 TCP", SdpError::kMediaSections},
      {"c=IN IP4 0.0.0.0", "m=audio 9 UDP/TLS/RTP/SAVPF 1", SdpError::kMediaSections},
      {"m=video 9 UDP/TLS/RTP/SAVPF 96 97", "b=AS:1", SdpError::kMediaSections},
      {"m=video 9", "m=video 0", SdpError::kRejected},
      {"a=recvonly", "a=inactive", SdpError::kDirection},
      {"a=recvonly", "a=sendonly", SdpError::kDirection},
      {"VP8/90000", "VP9/90000", SdpError::kNoVp8},
      {"SAVPF 96 97", "SAVPF 97", SdpError::kNoVp8},
      {"a=rtcp-mux\r\n", "", SdpError::kNoRtcpMux},
      {"ufrag:EsAw", "ufrag:EsA", SdpError::kIceCredentials},
      {"pwd:P2u", "pwd:P-u", SdpError::kIceCredentials},
      {"a=fingerprint:sha-256", "a=fingerprint:sha-1", SdpError::kFingerprint},
      {"D2:FA", "D2-FA", SdpError::kFingerprint},
      {"D2:FA", "D2:G0", SdpError::kFingerprint},
      {":E6:0f", ":E6", SdpError::kFingerprint},
      {"setup:active", "setup:actpass", SdpError::kSetup},
      {"a=setup:active\r\n", "", SdpError::kSetup},
  };
  for (const auto& [from, to, error] : rows) {
    const auto answer = parse_answer(with(from, to));
    ASSERT_FALSE(answer) << from << " -> " << to;
    EXPECT_EQ(answer.error(), error) << from << " -> " << to;
    EXPECT_FALSE(sdp_error_text(answer.error()).empty());
  }
}

TEST(SdpAnswer, Bounds) {
  EXPECT_EQ(parse_answer("").error(), SdpError::kMediaSections);
  EXPECT_EQ(parse_answer(std::string(kMaxSdpBytes + 1, 'v')).error(), SdpError::kTooLong);
  std::string lines(kAnswer);
  for (std::size_t i = 0; i < kMaxSdpLines; ++i) lines += "a=x\n";
  EXPECT_EQ(parse_answer(lines).error(), SdpError::kTooManyLines);
  std::string candidates(kAnswer);
  for (std::size_t i = 0; i < kMaxSdpCandidates; ++i) {
    candidates += "a=candidate:1 1 udp 1 192.0.2.15 50123 typ relay\n";
  }
  EXPECT_EQ(parse_answer(candidates).error(), SdpError::kCandidates);
}

}  // namespace
}  // namespace turnpike::rtc
