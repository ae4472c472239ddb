#include "cobrowse/renderer/rtc/frame_packets.h"

#include <algorithm>

#include "base/check.h"
#include "cobrowse/renderer/rtc/limits.h"

namespace turnpike::rtc {

static_assert(kMaxRtpHeaderBytes + kMaxPayloadBytes <= kMaxRtpBytes);

FramePackets::FramePackets(Bytes frame, const FrameHeaders& headers, std::size_t max_payload)
    : frame_(frame), headers_(headers) {
  CHECK(!frame.empty() && max_payload >= kMinPayloadBytes && max_payload <= kMaxPayloadBytes);
  const std::size_t most = max_payload - kVp8DescriptorBytes;
  count_ = (frame.size() + most - 1) / most;
}

std::size_t FramePackets::write(std::size_t index, MutableBytes out) const {
  CHECK(index < count_ && out.size() >= kMaxRtpBytes);
  const std::size_t begin = frame_.size() * index / count_;
  const std::size_t end = frame_.size() * (index + 1) / count_;
  RtpHeader rtp = headers_.rtp;
  rtp.sequence = static_cast<std::uint16_t>(rtp.sequence + index);
  rtp.marker = index + 1 == count_;
  HeaderExtensions extensions = headers_.extensions;
  if (index > 0) extensions.abs_capture_time.reset();
  Vp8Descriptor vp8 = headers_.vp8;
  vp8.starts_frame = index == 0;

  const std::size_t head = write_rtp_header(rtp, extensions, headers_.ids, out);
  write_vp8_descriptor(vp8, out.subspan(head));
  const std::size_t data_at = head + kVp8DescriptorBytes;
  std::ranges::copy(frame_.subspan(begin, end - begin), out.subspan(data_at).begin());
  return data_at + end - begin;
}

}  // namespace turnpike::rtc
