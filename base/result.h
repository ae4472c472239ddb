// Result<T, E>: a value or a reason. For expected failures only; a bug is a CHECK.
#pragma once

#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace turnpike {

template <class T, class E>
using Result = tl::expected<T, E>;

template <class E>
constexpr tl::unexpected<std::decay_t<E>> fail(E&& error) {
  return tl::unexpected<std::decay_t<E>>(std::forward<E>(error));
}

}  // namespace turnpike
