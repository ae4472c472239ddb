// Where the next frame of a stream ends. All sizes are size_t, so 65535 and its padding do not wrap
// (CVE-2026-68552).
#include "relay/stun/stream_framer.h"

#include "relay/stun/channel_data.h"
#include "relay/stun/message.h"

namespace turnpike::stun {
namespace {

constexpr std::size_t kLengthEnd = 4;  // both kinds have their length field in bytes 2 and 3
constexpr std::size_t kCookieEnd = 8;

constexpr NextFrame broken() {
  return {FrameStatus::kBroken, {}, 0, 0};
}
constexpr NextFrame need(std::size_t bytes) {
  return {FrameStatus::kNeedMore, {}, 0, bytes};
}

NextFrame cut(Bytes received, std::size_t frame, std::size_t with_padding) {
  if (received.size() < with_padding) return need(with_padding);
  return {.status = FrameStatus::kFrame,
          .frame = received.first(frame),
          .consumed = with_padding,
          .need = with_padding};
}

NextFrame next_stun(Bytes received) {
  const std::size_t length = load_be16(received.data() + 2);
  if (length % 4 != 0) return broken();
  if (received.size() >= kCookieEnd && load_be32(received.data() + 4) != kMagicCookie) {
    return broken();
  }
  return cut(received, kHeaderSize + length, kHeaderSize + length);
}

NextFrame next_channel_data(Bytes received) {
  const std::size_t size = kChannelHeaderSize + load_be16(received.data() + 2);
  return cut(received, size, size + padding_of(size));
}

}  // namespace

NextFrame next_frame(Bytes received) {
  if (received.empty()) return need(kLengthEnd);
  // RFC 7983: 0 to 3 is STUN. Channel numbers are 0x4000 and up (RFC 8656 section 12), at most
  // 0x7fff in RFC 5766.
  const bool stun = received[0] < 4;
  const bool channel_data =
      received[0] >= (kChannelMin >> 8) && received[0] <= (kLegacyChannelMax >> 8);
  if (!stun && !channel_data) return broken();
  if (received.size() < kLengthEnd) return need(kLengthEnd);
  return stun ? next_stun(received) : next_channel_data(received);
}

}  // namespace turnpike::stun
