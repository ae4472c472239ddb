// What a viewer says over RTCP, as typed values: RFC 3550 reports, RFC 4585 NACK and PLI, RFC 5104
// FIR, REMB (draft-alvestrand-rmcat-remb) and transport-wide feedback (draft-holmer-rmcat-…-01).
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace turnpike::rtc {

/// One block of a receiver report (RFC 3550 section 6.4.1).
struct ReportBlock {
  std::uint32_t ssrc = 0;            // whose packets it is about
  std::uint8_t fraction_lost = 0;    // of 256, since the last report
  std::int32_t cumulative_lost = 0;  // 24 bits, signed
  std::uint32_t highest_sequence = 0;
  std::uint32_t jitter = 0;         // in timestamp units
  std::uint32_t last_sr = 0;        // the middle 32 bits of the SR's NTP time; 0: none came
  std::uint32_t since_last_sr = 0;  // in 1/65536 s
};

/// RFC 4585 section 6.2.1, as sequence numbers; kMaxNackedPackets at most.
struct Nack {
  std::uint32_t media_ssrc = 0;
  std::vector<std::uint16_t> sequences{};
};

struct PictureLoss {
  std::uint32_t media_ssrc = 0;
};

/// RFC 5104 section 4.3.1; the same `sequence` again is the same request.
struct FullIntraRequest {
  std::uint32_t media_ssrc = 0;
  std::uint8_t sequence = 0;
};

struct BitrateEstimate {
  std::uint64_t bps = 0;
};

/// Which packets arrived, and when; what is in the range and not in `received` did not.
struct TransportFeedback {
  struct Received {
    std::uint16_t sequence = 0;
    std::chrono::microseconds after{};  // after the reference time
  };
  std::uint16_t base_sequence = 0;
  std::uint16_t count = 0;          // the range: base_sequence … base_sequence + count - 1
  std::uint32_t reference = 0;      // 24 bits, in 64 ms of the viewer's clock
  std::uint8_t feedback_count = 0;  // wraps
  std::vector<Received> received{};
};

using RtcpItem = std::variant<ReportBlock, Nack, PictureLoss, FullIntraRequest, BitrateEstimate,
                              TransportFeedback>;

enum class RtcpError : std::uint8_t {
  kTooLong,    // more than kMaxRtcpBytes
  kTruncated,  // ends before it says it does, or is empty
  kVersion,    // not RTP's version 2, or no RTCP packet type
  kPadding,    // more padding than there is packet
  kBody,       // a packet that is known, and not as its document says
};

std::string_view rtcp_error_text(RtcpError error);

inline constexpr std::size_t kMaxNackedPackets = 1024;

/// A compound or reduced-size packet (RFC 5506), already decrypted. Unknown packets are skipped;
/// one that is broken spoils the whole. Memory is at most a small multiple of `packet`'s size.
Result<std::vector<RtcpItem>, RtcpError> parse_rtcp(Bytes packet);

}  // namespace turnpike::rtc
