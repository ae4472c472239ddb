// What a browser answered to our offer, reduced to what the sender needs to know.
// It comes from a page, so it is hostile until proven otherwise: bounded in bytes, lines,
// candidates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cobrowse/renderer/rtc/candidate.h"
#include "cobrowse/renderer/rtc/header_extensions.h"
#include "cobrowse/renderer/rtc/sdp_offer.h"

namespace turnpike::rtc {

/// Who starts the DTLS handshake (RFC 8842): the browser is `kActive`, or waits for us.
enum class DtlsSetup : std::uint8_t { kActive, kPassive };

/// What was agreed on for the sound.
struct SoundAnswer {
  std::uint8_t opus_payload_type = 0;
  ExtensionIds extensions{};  // transport_cc only with its rtcp-fb
};

struct Answer {
  std::string ice_ufrag{};
  std::string ice_pwd{};
  Fingerprint fingerprint{};
  DtlsSetup setup = DtlsSetup::kActive;
  std::uint8_t vp8_payload_type = 0;
  std::optional<std::uint8_t> rtx_payload_type{};
  ExtensionIds extensions{};
  bool nack = false;          // rtcp-fb of VP8, RFC 4585
  bool transport_cc = false;  // rtcp-fb; feedback comes only with the header extension
  bool remb = false;
  bool reduced_size_rtcp = false;       // RFC 5506
  std::optional<SoundAnswer> sound{};   // nullopt: not offered, or not wanted
  std::vector<Candidate> candidates{};  // kMaxSdpCandidates at most; unreadable ones are left out
};

enum class SdpError : std::uint8_t {
  kTooLong,         // more than kMaxSdpBytes
  kTooManyLines,    // more than kMaxSdpLines
  kSyntax,          // a line that is no "x=value", or one that we need and cannot read
  kMediaSections,   // not a video over UDP/TLS/RTP/SAVPF, and a sound where one was offered
  kRejected,        // port 0
  kDirection,       // neither recvonly nor sendrecv
  kNoVp8,           // VP8 was not accepted
  kNoRtcpMux,       // RTCP on a port of its own is not offered
  kIceCredentials,  // missing, or not as RFC 8839 section 5.4 wants them
  kFingerprint,     // no SHA-256
  kSetup,           // neither active nor passive
  kCandidates,      // more than kMaxSdpCandidates
};

std::string_view sdp_error_text(SdpError error);

/// `has_sound`: the offer had one. Whether it is taken or not, the answer speaks of it.
Result<Answer, SdpError> parse_answer(std::string_view sdp, bool has_sound = false);

}  // namespace turnpike::rtc
