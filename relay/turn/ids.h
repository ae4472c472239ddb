// Names of things that cross between the core and its shell.
#pragma once

#include <array>
#include <cstdint>

#include "base/ip_address.h"
#include "base/slab.h"
#include "base/strong.h"

namespace turnpike::turn {

struct Allocation;
using AllocationHandle = Handle<Allocation>;

/// The shell's name of a relay socket it has opened.
using RelaySocketId = Strong<std::uint32_t, struct RelaySocketIdTag>;

/// 18 digits in logs: shard * 10^15 + a counter, as in Coturn.
using SessionId = Strong<std::uint64_t, struct SessionIdTag>;

/// RFC 8656 section 18.10.
using ReservationToken = Strong<std::array<std::uint8_t, 8>, struct ReservationTokenTag>;

/// Who is at the client's end, and how the shell reaches it. `via` belongs to the shell: a listener
/// or a stream connection.
struct ClientPath {
  FiveTuple tuple;
  std::uint32_t via = 0;
};

}  // namespace turnpike::turn
