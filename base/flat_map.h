// The hash map of every table that is looked up per packet or keyed by the network: open
// addressing, keyed hash. Its iteration order is random: never let behaviour depend on it.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/hash.h"

namespace turnpike {

template <class Key, class Value>
using FlatMap = boost::unordered_flat_map<Key, Value, KeyedHasher>;

}  // namespace turnpike
