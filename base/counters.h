// Counters with one writer and any number of readers: a shard adds, the metrics page sums over
// shards.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace turnpike {

/// `Enum` is dense from 0 and ends in kCount.
template <class Enum>
class CounterArray {
 public:
  /// Only the owning thread calls this, so it is a plain add and not a locked one.
  void add(Enum which, std::uint64_t amount = 1) {
    auto& cell = cells_[static_cast<std::size_t>(which)];
    cell.store(cell.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  std::uint64_t read(Enum which) const {
    return cells_[static_cast<std::size_t>(which)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Enum::kCount)> cells_{};
};

}  // namespace turnpike
