// All allocations of a shard: by 5-tuple for what clients send, by handle for everything else. It
// keeps the two in step and decides nothing.
#pragma once

#include <cstdint>

#include "base/flat_map.h"
#include "base/slab.h"
#include "relay/turn/allocation.h"

namespace turnpike::turn {

class AllocationTable {
 public:
  AllocationTable(HashSeed seed, std::uint32_t capacity);

  std::uint32_t size() const { return slab_.size(); }

  // Both find allocations that are still opening, too. The pointer is good until erase.
  Allocation* find(const FiveTuple& tuple);
  Allocation* find(AllocationHandle handle) { return slab_.find(handle); }
  /// The 5-tuple must be free. Nothing when the table is full.
  Allocation* create(const ClientPath& client);
  void erase(const Allocation& allocation);

  /// `visit(Allocation&)` must not create or erase.
  template <class Visit>
  void for_each(Visit visit) {
    slab_.for_each([&](AllocationHandle, Allocation& allocation) { visit(allocation); });
  }
  bool check_consistent();

 private:
  HashSeed seed_;
  Slab<Allocation> slab_;
  FlatMap<FiveTuple, AllocationHandle> by_tuple_;
};

}  // namespace turnpike::turn
