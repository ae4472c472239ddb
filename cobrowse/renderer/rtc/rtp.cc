#include "cobrowse/renderer/rtc/rtp.h"

#include <algorithm>

#include "base/check.h"
#include "cobrowse/renderer/rtc/limits.h"

namespace turnpike::rtc {
namespace {

constexpr std::size_t kFixedBytes = 12;
constexpr std::uint16_t kOneByteProfile = 0xbede;  // RFC 8285 section 4.2
constexpr std::uint8_t kVersion = 0x80;
constexpr std::uint8_t kHasExtension = 0x10;
constexpr std::uint8_t kMarker = 0x80;
// transport-cc always comes first, so its place is known.
constexpr std::size_t kTransportSequenceAt = kFixedBytes + 4 + 1;

/// Appends one-byte extensions, RFC 8285 section 4.2.
class ExtensionWriter {
 public:
  explicit ExtensionWriter(std::uint8_t* out) : out_(out) {}

  /// Returns where the `size` bytes of the value go.
  std::uint8_t* add(std::uint8_t id, std::size_t size) {
    out_[size_] = static_cast<std::uint8_t>((std::size_t{id} << 4) | (size - 1));
    std::uint8_t* value = out_ + size_ + 1;
    size_ += 1 + size;
    return value;
  }
  std::size_t finish() {
    while (size_ % 4 != 0) out_[size_++] = 0;
    return size_;
  }

 private:
  std::uint8_t* out_;
  std::size_t size_ = 0;
};

std::size_t write_extensions(const HeaderExtensions& e, const ExtensionIds& ids,
                             std::uint8_t* out) {
  ExtensionWriter writer(out);
  if (ids.transport_cc != 0) store_be16(writer.add(ids.transport_cc, 2), 0);
  if (ids.abs_capture_time != 0 && e.abs_capture_time) {
    store_be64(writer.add(ids.abs_capture_time, 8), *e.abs_capture_time);
  }
  if (ids.playout_delay != 0 && e.no_playout_delay) {
    std::fill_n(writer.add(ids.playout_delay, 3), 3, std::uint8_t{0});
  }
  if (ids.mid != 0 && !e.mid.empty()) {
    CHECK(e.mid.size() <= kMaxMidBytes);
    std::ranges::copy(as_bytes(e.mid), writer.add(ids.mid, e.mid.size()));
  }
  return writer.finish();
}

}  // namespace

std::size_t write_rtp_header(const RtpHeader& header, const HeaderExtensions& extensions,
                             const ExtensionIds& ids, MutableBytes out) {
  CHECK(out.size() >= kMaxRtpHeaderBytes && header.payload_type < 128);
  out[0] = kVersion;
  out[1] = static_cast<std::uint8_t>(header.payload_type | (header.marker ? kMarker : 0));
  store_be16(&out[2], header.sequence);
  store_be32(&out[4], header.timestamp);
  store_be32(&out[8], header.ssrc);
  const std::size_t size = write_extensions(extensions, ids, &out[kFixedBytes + 4]);
  if (size == 0) return kFixedBytes;
  out[0] |= kHasExtension;
  store_be16(&out[kFixedBytes], kOneByteProfile);
  store_be16(&out[kFixedBytes + 2], static_cast<std::uint16_t>(size / 4));
  return kFixedBytes + 4 + size;
}

void set_transport_sequence(MutableBytes packet, std::uint16_t sequence) {
  CHECK(packet.size() >= kTransportSequenceAt + 2 && (packet[0] & kHasExtension) != 0);
  store_be16(&packet[kTransportSequenceAt], sequence);
}

std::size_t rtp_header_bytes(Bytes packet) {
  CHECK(packet.size() >= kFixedBytes);
  if ((packet[0] & kHasExtension) == 0) return kFixedBytes;
  return kFixedBytes + 4 + std::size_t{4} * load_be16(&packet[kFixedBytes + 2]);
}

std::size_t write_rtx(Bytes packet, const RtxSource& source, MutableBytes out) {
  const std::size_t head = rtp_header_bytes(packet);
  CHECK(head <= packet.size() && out.size() >= packet.size() + kRtxOverhead);
  std::ranges::copy(packet.first(head), out.begin());
  out[1] = static_cast<std::uint8_t>((packet[1] & kMarker) | source.payload_type);
  store_be16(&out[2], source.sequence);
  store_be32(&out[8], source.ssrc);
  store_be16(&out[head], load_be16(&packet[2]));
  std::ranges::copy(packet.subspan(head), out.subspan(head + kRtxOverhead).begin());
  return packet.size() + kRtxOverhead;
}

}  // namespace turnpike::rtc
