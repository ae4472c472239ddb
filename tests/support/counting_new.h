// Counts calls of operator new. Link counting_new.cc into a program of its own: it replaces the
// operator for all of it.
#pragma once

#include <cstddef>

namespace turnpike::test {

std::size_t allocation_count();

}  // namespace turnpike::test
