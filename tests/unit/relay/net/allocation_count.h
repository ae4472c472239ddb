// How many times this test program has allocated memory with new.
#pragma once

#include <cstddef>

namespace turnpike::net::testing {

std::size_t allocation_count();

}  // namespace turnpike::net::testing
