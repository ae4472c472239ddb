#include "relay/turn/deadline_heap.h"

#include <algorithm>

#include "base/check.h"

namespace turnpike::turn {
namespace {

constexpr std::size_t kChildren = 4;

std::size_t parent_of(std::size_t at) {
  return (at - 1) / kChildren;
}

}  // namespace

MonotonicTime DeadlineHeap::deadline_of(AllocationHandle allocation) const {
  const std::uint32_t at = position_of(allocation);
  return at == kAbsent ? kNever : heap_[at].when;
}

void DeadlineHeap::set(AllocationHandle allocation, MonotonicTime when) {
  const std::uint32_t at = position_of(allocation);
  if (at != kAbsent) {
    sift(at, {when, allocation});
    return;
  }
  if (positions_.size() <= allocation.index) positions_.resize(allocation.index + 1, kAbsent);
  CHECK(positions_[allocation.index] == kAbsent);
  heap_.emplace_back();
  sift(heap_.size() - 1, {when, allocation});
}

void DeadlineHeap::set_no_later(AllocationHandle allocation, MonotonicTime when) {
  if (when < deadline_of(allocation) || !contains(allocation)) set(allocation, when);
}

void DeadlineHeap::erase(AllocationHandle allocation) {
  const std::uint32_t at = position_of(allocation);
  CHECK(at != kAbsent);
  positions_[allocation.index] = kAbsent;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (at < heap_.size()) sift(at, last);
}

std::uint32_t DeadlineHeap::position_of(AllocationHandle allocation) const {
  if (allocation.index >= positions_.size()) return kAbsent;
  const std::uint32_t at = positions_[allocation.index];
  return at != kAbsent && heap_[at].allocation == allocation ? at : kAbsent;
}

void DeadlineHeap::place(std::size_t at, const Entry& entry) {
  heap_[at] = entry;
  positions_[entry.allocation.index] = static_cast<std::uint32_t>(at);
}

/// Puts `entry` into the free place `at`, or where it belongs above or below.
void DeadlineHeap::sift(std::size_t at, const Entry& entry) {
  while (at > 0 && entry.when < heap_[parent_of(at)].when) {
    place(at, heap_[parent_of(at)]);
    at = parent_of(at);
  }
  for (;;) {
    const std::size_t first = at * kChildren + 1;
    const std::size_t end = std::min(first + kChildren, heap_.size());
    if (first >= end) break;
    std::size_t least = first;
    for (std::size_t i = first + 1; i < end; ++i) {
      if (heap_[i].when < heap_[least].when) least = i;
    }
    if (heap_[least].when >= entry.when) break;
    place(at, heap_[least]);
    at = least;
  }
  place(at, entry);
}

bool DeadlineHeap::check_consistent() const {
  for (std::size_t i = 0; i < heap_.size(); ++i) {
    if (i > 0 && heap_[i].when < heap_[parent_of(i)].when) return false;
    if (position_of(heap_[i].allocation) != i) return false;
  }
  const auto present = std::count_if(positions_.begin(), positions_.end(),
                                     [](std::uint32_t at) { return at != kAbsent; });
  return static_cast<std::size_t>(present) == heap_.size();
}

}  // namespace turnpike::turn
