// Strong<T, Tag>: the same representation, another meaning. A client's address is not a peer's.
#pragma once

#include <compare>

namespace turnpike {

template <class T, class Tag>
struct Strong {
  T value{};
  friend auto operator<=>(const Strong&, const Strong&) = default;
};

}  // namespace turnpike
