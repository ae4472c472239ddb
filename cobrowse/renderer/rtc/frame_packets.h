// Cuts one VP8 frame into RTP packets of nearly equal size, each written on demand.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "cobrowse/renderer/rtc/rtp.h"
#include "cobrowse/renderer/rtc/vp8_descriptor.h"

namespace turnpike::rtc {

/// The frame's own constants; sequence, marker and S follow from a packet's place in the frame.
struct FrameHeaders {
  RtpHeader rtp{};                // `sequence` is the first packet's
  HeaderExtensions extensions{};  // abs-capture-time goes on the first packet alone
  ExtensionIds ids{};
  Vp8Descriptor vp8{};
};

class FramePackets {
 public:
  /// `frame` outlives this and is not empty; `max_payload` counts descriptor and data,
  /// kMinPayloadBytes…kMaxPayloadBytes.
  FramePackets(Bytes frame, const FrameHeaders& headers, std::size_t max_payload);

  std::size_t count() const { return count_; }
  /// Writes packet `index` and returns its size; `out` has room for kMaxRtpBytes.
  std::size_t write(std::size_t index, MutableBytes out) const;

 private:
  Bytes frame_;
  FrameHeaders headers_;
  std::size_t count_;
};

}  // namespace turnpike::rtc
