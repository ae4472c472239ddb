// The sizes of a datagram's place in memory.
#pragma once

#include <cstddef>

namespace turnpike::net {

/// Writable bytes in front of each received payload: room for a Data indication's or a channel's
/// header.
inline constexpr std::size_t kHeadroom = 64;
/// Writable bytes behind each received payload: room for padding.
inline constexpr std::size_t kTailroom = 8;
/// No UDP payload is longer.
inline constexpr std::size_t kMaxDatagram = 65535;

}  // namespace turnpike::net
