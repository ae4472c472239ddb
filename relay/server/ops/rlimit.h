// The number of descriptors that this process may have open: each allocation needs one or two.
#pragma once

#include <cstdint>

namespace turnpike::server {

/// Raises the soft limit to the hard one; returns the limit that holds afterwards.
std::uint64_t raise_descriptor_limit();

}  // namespace turnpike::server
