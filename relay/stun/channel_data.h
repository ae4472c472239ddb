// ChannelData framing (RFC 8656 section 12.4): a number, a length, the data; padded to four bytes
// on streams only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace turnpike::stun {

inline constexpr std::size_t kChannelHeaderSize = 4;
/// RFC 8656 section 12: what ChannelBind may ask for.
inline constexpr std::uint16_t kChannelMin = 0x4000;
inline constexpr std::uint16_t kChannelMax = 0x4fff;
/// RFC 5766 allowed up to here; only with `rfc5766-channel-numbers`.
inline constexpr std::uint16_t kLegacyChannelMax = 0x7fff;

struct ChannelData {
  std::uint16_t number = 0;
  Bytes data;
};

/// One datagram. More bytes than the length says are padding and ignored (some clients pad over
/// UDP); fewer are an error.
inline std::optional<ChannelData> parse_channel_data(Bytes datagram) {
  if (datagram.size() < kChannelHeaderSize) return std::nullopt;
  const std::uint16_t number = load_be16(datagram.data());
  const std::size_t length = load_be16(datagram.data() + 2);
  if (number < kChannelMin || number > kLegacyChannelMax) return std::nullopt;
  if (length > datagram.size() - kChannelHeaderSize) return std::nullopt;
  return ChannelData{number, datagram.subspan(kChannelHeaderSize, length)};
}

inline void write_channel_header(std::uint8_t* four_bytes, std::uint16_t number,
                                 std::size_t length) {
  store_be16(four_bytes, number);
  store_be16(four_bytes + 2, static_cast<std::uint16_t>(length));
}

/// How many zero bytes follow `length` bytes of data on a stream.
constexpr std::size_t padding_of(std::size_t length) {
  return (4 - length % 4) % 4;
}

}  // namespace turnpike::stun
