// The RTP header extensions that a viewer's stream uses: their names in SDP and the ids agreed on.
#pragma once

#include <cstdint>
#include <string_view>

namespace turnpike::rtc {

inline constexpr std::string_view kTransportCcUri =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
inline constexpr std::string_view kAbsCaptureTimeUri =
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";
inline constexpr std::string_view kPlayoutDelayUri =
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
inline constexpr std::string_view kMidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";  // RFC 9143

/// 1…14, the ids of one-byte headers (RFC 8285 section 4.2); 0: not agreed on.
struct ExtensionIds {
  std::uint8_t mid = 0;
  std::uint8_t abs_capture_time = 0;
  std::uint8_t transport_cc = 0;
  std::uint8_t playout_delay = 0;
  friend bool operator==(const ExtensionIds&, const ExtensionIds&) = default;
};

/// What an offer proposes.
inline constexpr ExtensionIds kOfferedExtensions{
    .mid = 1, .abs_capture_time = 2, .transport_cc = 3, .playout_delay = 4};

}  // namespace turnpike::rtc
