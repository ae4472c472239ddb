// What the sender says over RTCP: a sender report with its name (RFC 3550 sections 6.4.1, 6.5), and
// NTP's time format, which reports and header extensions share.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace turnpike::rtc {

/// 32.32 bits, seconds since 1900 (RFC 3550 section 4).
std::uint64_t ntp_time(WallTime time);

/// The middle 32 bits, as reports repeat them.
inline std::uint32_t ntp_middle(std::uint64_t ntp) {
  return static_cast<std::uint32_t>(ntp >> 16);
}

struct SenderReport {
  std::uint32_t ssrc = 0;
  std::uint64_t ntp = 0;
  std::uint32_t rtp_timestamp = 0;  // at the same moment
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;  // of payload
};

inline constexpr std::size_t kMaxCnameBytes = 255;
inline constexpr std::size_t kMaxSenderReportBytes = 28 + 12 + kMaxCnameBytes + 4;

/// SR and SDES with CNAME. `cname` has kMaxCnameBytes at most; `out` has room for
/// kMaxSenderReportBytes. Returns the bytes written.
std::size_t write_sender_report(const SenderReport& report, std::string_view cname,
                                MutableBytes out);

}  // namespace turnpike::rtc
