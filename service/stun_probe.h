// Asks a STUN server over UDP whether it is there (RFC 8489 section 3, Binding). Blocks; knows
// nothing of TURN.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace turnpike::service {

/// True when it answered this very request within `timeout`, with success or an error.
bool answers_stun(const std::string& host, std::uint16_t port, milliseconds timeout);

}  // namespace turnpike::service
