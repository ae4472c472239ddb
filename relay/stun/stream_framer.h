// Cuts STUN messages and ChannelData out of a byte stream (RFC 8656 sections 12.5 and 3.1: TCP and
// TLS clients). Pure arithmetic on the bytes received so far; the caller owns the buffer.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace turnpike::stun {

enum class FrameStatus : std::uint8_t {
  kFrame,     // `frame` is whole: hand it on, then drop `consumed` bytes
  kNeedMore,  // `need` bytes in all, counted from the beginning, before asking again can help
  kBroken,    // neither STUN nor ChannelData, or too long: the stream cannot be used any more
};

struct NextFrame {
  FrameStatus status = FrameStatus::kNeedMore;
  Bytes frame;               // without padding
  std::size_t consumed = 0;  // with padding
  std::size_t need = 0;
};

/// Longest frame that a stream may carry: a STUN header or ChannelData header and 65535 bytes,
/// padded. Lengths near 65535 are computed in size_t, never in 16 bits (CVE-2026-68552).
inline constexpr std::size_t kMaxFrame = 20 + 65536;

/// STUN messages must have the magic cookie: RFC 3489 clients have no streams.
NextFrame next_frame(Bytes received);

}  // namespace turnpike::stun
