#include "cobrowse/renderer/rtc/rtcp.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "cobrowse/renderer/rtc/limits.h"
#include "cobrowse/renderer/rtc/transport_feedback.h"

namespace turnpike::rtc {
namespace {

constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kReportBytes = 24;
constexpr std::size_t kSenderInfoBytes = 20;
constexpr std::size_t kFeedbackHeadBytes = 8;  // the two SSRCs of RFC 4585 section 6.1
constexpr std::uint32_t kRembName = 0x52454d42;

// Packet types and formats, IANA "RTP Parameters".
constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kTransportLayerFeedback = 205;
constexpr std::uint8_t kPayloadFeedback = 206;
constexpr std::uint8_t kFirstType = 192;
constexpr std::uint8_t kLastType = 223;  // RFC 5761 section 4

using Items = std::vector<RtcpItem>;

struct OnePacket {
  std::uint8_t count = 0;  // or format
  std::uint8_t type = 0;
  Bytes body{};  // after the header, without padding
};

bool read_reports(Bytes body, std::size_t count, Items& out) {
  if (body.size() < count * kReportBytes) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* p = &body[i * kReportBytes];
    const std::uint32_t lost = load_be32(p + 4) & 0xffffff;
    const auto signed_lost = static_cast<std::int32_t>(lost << 8) >> 8;
    out.emplace_back(ReportBlock{.ssrc = load_be32(p),
                                 .fraction_lost = p[4],
                                 .cumulative_lost = signed_lost,
                                 .highest_sequence = load_be32(p + 8),
                                 .jitter = load_be32(p + 12),
                                 .last_sr = load_be32(p + 16),
                                 .since_last_sr = load_be32(p + 20)});
  }
  return true;
}

bool read_report_packet(const OnePacket& packet, Items& out) {
  const std::size_t head = 4 + (packet.type == kSenderReport ? kSenderInfoBytes : 0);
  return packet.body.size() >= head && read_reports(packet.body.subspan(head), packet.count, out);
}

bool read_nack(std::uint32_t media_ssrc, Bytes entries, Items& out) {
  if (entries.empty() || entries.size() % 4 != 0) return false;
  Nack nack{.media_ssrc = media_ssrc};
  for (; !entries.empty(); entries = entries.subspan(4)) {
    const std::uint16_t first = load_be16(&entries[0]);
    const std::uint16_t following = load_be16(&entries[2]);
    for (std::uint16_t i = 0; i <= 16; ++i) {
      if (i > 0 && ((following >> (i - 1)) & 1) == 0) continue;
      if (nack.sequences.size() >= kMaxNackedPackets) break;
      nack.sequences.push_back(static_cast<std::uint16_t>(first + i));
    }
  }
  out.emplace_back(std::move(nack));
  return true;
}

bool read_fir(Bytes entries, Items& out) {
  if (entries.empty() || entries.size() % 8 != 0) return false;
  for (; !entries.empty(); entries = entries.subspan(8)) {
    out.emplace_back(
        FullIntraRequest{.media_ssrc = load_be32(&entries[0]), .sequence = entries[4]});
  }
  return true;
}

/// Feedback for applications; REMB is the one that is known, others are skipped.
bool read_remb(Bytes body, Items& out) {
  if (body.size() < 8 || load_be32(&body[0]) != kRembName) return true;
  if (body.size() < 8 + std::size_t{4} * body[4]) return false;
  const unsigned exponent = body[5] >> 2;
  const std::uint64_t mantissa = load_be32(&body[4]) & 0x3ffff;
  const bool fits = mantissa == 0 || exponent <= 64 - 18;
  out.emplace_back(BitrateEstimate{.bps = fits ? mantissa << exponent
                                               : std::numeric_limits<std::uint64_t>::max()});
  return true;
}

bool read_transport_layer(const OnePacket& packet, Items& out) {
  if (packet.body.size() < kFeedbackHeadBytes) return false;
  const Bytes body = packet.body.subspan(kFeedbackHeadBytes);
  if (packet.count == 1) return read_nack(load_be32(&packet.body[4]), body, out);
  if (packet.count != 15) return true;
  auto feedback = parse_transport_feedback(body);
  if (feedback) out.emplace_back(std::move(*feedback));
  return feedback.has_value();
}

bool read_payload_specific(const OnePacket& packet, Items& out) {
  if (packet.body.size() < kFeedbackHeadBytes) return false;
  const Bytes body = packet.body.subspan(kFeedbackHeadBytes);
  if (packet.count == 1) out.emplace_back(PictureLoss{load_be32(&packet.body[4])});
  if (packet.count == 4) return read_fir(body, out);
  if (packet.count == 15) return read_remb(body, out);
  return true;
}

bool read_one(const OnePacket& packet, Items& out) {
  switch (packet.type) {
    case kSenderReport:
    case kReceiverReport:
      return read_report_packet(packet, out);
    case kTransportLayerFeedback:
      return read_transport_layer(packet, out);
    case kPayloadFeedback:
      return read_payload_specific(packet, out);
    default:
      return true;
  }
}

Result<OnePacket, RtcpError> take_one(Bytes& rest) {
  if (rest.size() < kHeaderBytes) return fail(RtcpError::kTruncated);
  if ((rest[0] >> 6) != 2 || rest[1] < kFirstType || rest[1] > kLastType) {
    return fail(RtcpError::kVersion);
  }
  const std::size_t size = (std::size_t{load_be16(&rest[2])} + 1) * 4;
  if (size > rest.size()) return fail(RtcpError::kTruncated);
  OnePacket one{.count = static_cast<std::uint8_t>(rest[0] & 0x1f),
                .type = rest[1],
                .body = rest.subspan(kHeaderBytes, size - kHeaderBytes)};
  if ((rest[0] & 0x20) != 0) {
    const std::size_t padding = rest[size - 1];
    if (padding == 0 || padding > one.body.size()) return fail(RtcpError::kPadding);
    one.body = one.body.first(one.body.size() - padding);
  }
  rest = rest.subspan(size);
  return one;
}

}  // namespace

std::string_view rtcp_error_text(RtcpError error) {
  switch (error) {
    case RtcpError::kTooLong:
      return "an RTCP packet is too long";
    case RtcpError::kTruncated:
      return "an RTCP packet ends too early";
    case RtcpError::kVersion:
      return "a packet is no RTCP";
    case RtcpError::kPadding:
      return "an RTCP packet has more padding than there is room for";
    case RtcpError::kBody:
      break;
  }
  return "an RTCP packet is not as its document says";
}

Result<std::vector<RtcpItem>, RtcpError> parse_rtcp(Bytes packet) {
  if (packet.size() > kMaxRtcpBytes) return fail(RtcpError::kTooLong);
  if (packet.empty()) return fail(RtcpError::kTruncated);
  Items out;
  while (!packet.empty()) {
    const auto one = take_one(packet);
    if (!one) return fail(one.error());
    if (!read_one(*one, out)) return fail(RtcpError::kBody);
  }
  return out;
}

}  // namespace turnpike::rtc
