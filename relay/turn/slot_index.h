// A hash index over the slots of an array that somebody else owns: hash -> slot, open addressing,
// eight bytes per cell. It knows no keys; the caller compares. Not for more than 65535 slots.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace turnpike::turn {

class SlotIndex {
 public:
  static constexpr std::uint16_t kNone = UINT16_MAX;

  bool empty() const { return used_ == 0; }
  std::size_t size() const { return used_; }

  /// The first slot under `hash` for which `matches(slot)` holds, or kNone.
  template <class Matches>
  std::uint16_t find(std::uint64_t hash, Matches matches) const {
    if (cells_.empty()) return kNone;
    const auto tag = static_cast<std::uint32_t>(hash);
    for (std::size_t i = tag & mask(); cells_[i].taken; i = (i + 1) & mask()) {
      if (cells_[i].tag == tag && matches(cells_[i].slot)) return cells_[i].slot;
    }
    return kNone;
  }
  /// The slot must not be in the index yet.
  void insert(std::uint64_t hash, std::uint16_t slot);
  /// The pair must be there.
  void erase(std::uint64_t hash, std::uint16_t slot);
  /// The value of slot `from` has moved to slot `to`.
  void move(std::uint64_t hash, std::uint16_t from, std::uint16_t to);

 private:
  struct Cell {
    std::uint32_t tag = 0;
    std::uint16_t slot = 0;
    bool taken = false;
  };
  std::size_t mask() const { return cells_.size() - 1; }
  std::size_t position_of(std::uint64_t hash, std::uint16_t slot) const;
  void grow();
  void place(const Cell& cell);

  std::vector<Cell> cells_;  // a power of two, at most half full
  std::size_t used_ = 0;
};

}  // namespace turnpike::turn
