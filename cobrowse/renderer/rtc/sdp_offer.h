// The offer that a viewer gets: one sendonly VP8 video, and one sendonly Opus audio where there is
// sound, over BUNDLE and rtcp-mux (RFC 8829, JSEP).
// Candidates are never in it, they trickle (RFC 8838).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace turnpike::rtc {

inline constexpr std::uint8_t kOfferedVp8 = 96;
inline constexpr std::uint8_t kOfferedRtx = 97;
inline constexpr std::uint8_t kOfferedOpus = 111;
inline constexpr const char* kOfferedMid = "0";
inline constexpr const char* kOfferedSoundMid = "1";

/// SHA-256 of a DTLS certificate (RFC 8122).
using Fingerprint = std::array<std::uint8_t, 32>;

/// A stream of its own: in one with the picture, browsers hold the picture back until the sound
/// that belongs to it is there, and who controls a page needs the picture now.
struct OfferedSound {
  std::string stream_id{};  // a token, as is the next one
  std::string track_id{};
  std::uint32_t ssrc = 0;
};

struct Offer {
  std::uint64_t session_id = 0;  // random, below 2^63 (RFC 8829 section 5.2.1)
  std::string ice_ufrag{};       // 4…256 ice-chars
  std::string ice_pwd{};         // 22…256 ice-chars
  Fingerprint fingerprint{};
  std::string cname{};      // a token, as are the next two
  std::string stream_id{};  // what the page sees as MediaStream.id
  std::string track_id{};
  std::uint32_t ssrc = 0;
  std::uint32_t rtx_ssrc = 0;
  std::optional<OfferedSound> sound{};
};

/// "AB:CD:…"
std::string fingerprint_text(const Fingerprint& fingerprint);

/// Lines end in CRLF.
std::string write_offer(const Offer& offer);

}  // namespace turnpike::rtc
