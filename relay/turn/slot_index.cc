#include "relay/turn/slot_index.h"

#include <utility>

#include "base/check.h"

namespace turnpike::turn {
namespace {

constexpr std::size_t kFirstSize = 32;

}  // namespace

void SlotIndex::insert(std::uint64_t hash, std::uint16_t slot) {
  if ((used_ + 1) * 2 > cells_.size()) grow();
  place({static_cast<std::uint32_t>(hash), slot, true});
  ++used_;
}

void SlotIndex::erase(std::uint64_t hash, std::uint16_t slot) {
  std::size_t hole = position_of(hash, slot);
  // Whoever was pushed past the hole moves back into it, so that no search ends too early.
  for (std::size_t i = (hole + 1) & mask(); cells_[i].taken; i = (i + 1) & mask()) {
    const std::size_t home = cells_[i].tag & mask();
    const bool stays = ((i - home) & mask()) < ((i - hole) & mask());
    if (stays) continue;
    cells_[hole] = cells_[i];
    hole = i;
  }
  cells_[hole] = Cell{};
  --used_;
}

void SlotIndex::move(std::uint64_t hash, std::uint16_t from, std::uint16_t to) {
  cells_[position_of(hash, from)].slot = to;
}

std::size_t SlotIndex::position_of(std::uint64_t hash, std::uint16_t slot) const {
  CHECK(!cells_.empty());
  std::size_t i = static_cast<std::uint32_t>(hash) & mask();
  while (cells_[i].taken && cells_[i].slot != slot) i = (i + 1) & mask();
  CHECK(cells_[i].taken);
  return i;
}

void SlotIndex::grow() {
  const std::vector<Cell> old =
      std::exchange(cells_, std::vector<Cell>(cells_.empty() ? kFirstSize : cells_.size() * 2));
  for (const Cell& cell : old) {
    if (cell.taken) place(cell);
  }
}

void SlotIndex::place(const Cell& cell) {
  std::size_t i = cell.tag & mask();
  while (cells_[i].taken) i = (i + 1) & mask();
  cells_[i] = cell;
}

}  // namespace turnpike::turn
