#include "relay/turn/allocation_table.h"

#include <algorithm>

#include "base/check.h"

namespace turnpike::turn {
namespace {

/// Room made at start; beyond it the map grows as allocations are made, never on the data path.
constexpr std::uint32_t kReservedAtStart = 1024;

}  // namespace

AllocationTable::AllocationTable(HashSeed seed, std::uint32_t capacity)
    : seed_(seed),
      slab_(capacity),
      by_tuple_(std::min(capacity, kReservedAtStart), KeyedHasher{seed}) {}

Allocation* AllocationTable::find(const FiveTuple& tuple) {
  const auto found = by_tuple_.find(tuple);
  return found == by_tuple_.end() ? nullptr : slab_.find(found->second);
}

Allocation* AllocationTable::create(const ClientPath& client) {
  CHECK(!by_tuple_.contains(client.tuple));
  const auto handle = slab_.emplace(seed_, client);
  if (!handle) return nullptr;
  by_tuple_.emplace(client.tuple, *handle);
  Allocation* allocation = slab_.find(*handle);
  allocation->self = *handle;
  return allocation;
}

void AllocationTable::erase(const Allocation& allocation) {
  CHECK(by_tuple_.erase(allocation.client.tuple) == 1);
  slab_.erase(allocation.self);
}

bool AllocationTable::check_consistent() {
  if (by_tuple_.size() != slab_.size()) return false;
  bool consistent = true;
  slab_.for_each([&](AllocationHandle handle, const Allocation& allocation) {
    const auto found = by_tuple_.find(allocation.client.tuple);
    consistent = consistent && allocation.self == handle && found != by_tuple_.end() &&
                 found->second == handle;
  });
  return consistent;
}

}  // namespace turnpike::turn
