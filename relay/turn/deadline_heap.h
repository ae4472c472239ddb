// When each allocation has to be looked at next: one entry per allocation, the earliest on top. A
// heap of four children per node; the place of each allocation is kept by its slot, so moving a
// deadline costs no search.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "relay/turn/ids.h"

namespace turnpike::turn {

class DeadlineHeap {
 public:
  struct Entry {
    MonotonicTime when{};
    AllocationHandle allocation;
  };

  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  /// kNever when there is none.
  MonotonicTime earliest() const { return heap_.empty() ? kNever : heap_.front().when; }
  const Entry& top() const { return heap_.front(); }

  bool contains(AllocationHandle allocation) const { return position_of(allocation) != kAbsent; }
  MonotonicTime deadline_of(AllocationHandle allocation) const;
  /// Adds the allocation or moves its deadline, either way.
  void set(AllocationHandle allocation, MonotonicTime when);
  /// Like set, but never moves a deadline back.
  void set_no_later(AllocationHandle allocation, MonotonicTime when);
  void erase(AllocationHandle allocation);
  bool check_consistent() const;

 private:
  static constexpr std::uint32_t kAbsent = UINT32_MAX;
  std::uint32_t position_of(AllocationHandle allocation) const;
  void place(std::size_t at, const Entry& entry);
  void sift(std::size_t at, const Entry& entry);

  std::vector<Entry> heap_;
  std::vector<std::uint32_t> positions_;  // by AllocationHandle::index
};

}  // namespace turnpike::turn
