// The round trip time from sender reports and the receiver reports that answer them
// (RFC 3550 section 6.4.1), averaged.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "cobrowse/renderer/rtc/rtcp.h"

namespace turnpike::rtc {

class RoundTrip {
 public:
  /// `ntp_middle`: of the report that leaves now.
  void on_sender_report(std::uint32_t ntp_middle, MonotonicTime now);
  /// Nothing happens where it answers none of the last reports, or claims to have taken longer than
  /// it can have.
  void on_report(const ReportBlock& block, MonotonicTime now);

  bool is_known() const { return smoothed_.has_value(); }
  /// 100 ms while it is not known.
  Duration rtt() const { return smoothed_.value_or(milliseconds(100)); }

 private:
  struct Sent {
    std::uint32_t ntp_middle = 0;
    MonotonicTime at{};
  };
  std::array<Sent, 16> sent_{};
  std::size_t next_ = 0;
  std::optional<Duration> smoothed_;
};

}  // namespace turnpike::rtc
