// Writes RTP packets: the header with one-byte header extensions (RFC 3550, RFC 8285), and a packet
// again as RTX (RFC 4588). Nothing here is encrypted.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "cobrowse/renderer/rtc/header_extensions.h"

namespace turnpike::rtc {

struct RtpHeader {
  std::uint8_t payload_type = 0;  // 0…127
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
};

/// What goes into the header's extensions; those without an agreed id are left out.
struct HeaderExtensions {
  std::optional<std::uint64_t> abs_capture_time{};  // NTP, 32.32
  bool no_playout_delay = false;                    // 0 to 0 ms: show it as soon as it is there
  std::string_view mid{};                           // kMaxMidBytes at most; empty: none
};

/// The most that write_rtp_header() needs: fixed part, extension header, four extensions, padding.
inline constexpr std::size_t kMaxRtpHeaderBytes = 12 + 4 + 3 + 9 + 4 + 17 + 3;

/// Returns the bytes written; `out` has room for kMaxRtpHeaderBytes. Where transport-cc is agreed
/// on, its sequence number is there and is 0: it is only known when the packet leaves.
std::size_t write_rtp_header(const RtpHeader& header, const HeaderExtensions& extensions,
                             const ExtensionIds& ids, MutableBytes out);

/// Sets the transport-wide sequence number of a packet made with `ids.transport_cc` not 0.
void set_transport_sequence(MutableBytes packet, std::uint16_t sequence);

/// The length of header and extensions of a packet that write_rtp_header() began.
std::size_t rtp_header_bytes(Bytes packet);

inline constexpr std::size_t kRtxOverhead = 2;

struct RtxSource {
  std::uint8_t payload_type = 0;
  std::uint16_t sequence = 0;  // of the RTX stream
  std::uint32_t ssrc = 0;
};

/// `packet` as RTX: its header with another source, the original sequence number, its payload.
/// `out` has room for kRtxOverhead more bytes than `packet`. Returns the bytes written.
std::size_t write_rtx(Bytes packet, const RtxSource& source, MutableBytes out);

}  // namespace turnpike::rtc
