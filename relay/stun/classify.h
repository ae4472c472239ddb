// What a datagram, or the beginning of a stream, is, told from its first bytes (RFC 7983, RFC 8656
// section 12).
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace turnpike::stun {

enum class PacketKind : std::uint8_t { kStun, kChannelData, kDtls, kOther };

/// Datagrams: by the first byte. Nothing but the first byte is checked. Channel numbers of RFC 5766
/// (up to 0x7fff) count as ChannelData; whether they may be bound is not decided here.
inline PacketKind classify(Bytes datagram) {
  if (datagram.empty()) return PacketKind::kOther;
  const std::uint8_t first = datagram[0];
  if (first < 4) return PacketKind::kStun;
  if (first >= 0x40 && first <= 0x7f) return PacketKind::kChannelData;
  if (first >= 20 && first <= 63) return PacketKind::kDtls;
  return PacketKind::kOther;
}

enum class StreamKind : std::uint8_t { kNeedMore, kStun, kTls, kHttp, kOther };

/// Streams: plain STUN or a TLS ClientHello, whichever the port was meant for. Looks at most at
/// three bytes.
inline StreamKind classify_stream(Bytes beginning) {
  if (beginning.empty()) return StreamKind::kNeedMore;
  if (beginning[0] < 4) return StreamKind::kStun;
  if (beginning[0] == 0x16) {
    if (beginning.size() < 2) return StreamKind::kNeedMore;
    return beginning[1] == 3 ? StreamKind::kTls : StreamKind::kOther;
  }
  return beginning[0] >= 'A' && beginning[0] <= 'Z' ? StreamKind::kHttp : StreamKind::kOther;
}

}  // namespace turnpike::stun
