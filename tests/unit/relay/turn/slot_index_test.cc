#include "relay/turn/slot_index.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "base/rng.h"

namespace turnpike::turn {
namespace {

std::uint16_t find(const SlotIndex& index, std::uint64_t hash, std::uint16_t slot) {
  return index.find(hash, [slot](std::uint16_t found) { return found == slot; });
}

TEST(SlotIndex, IsEmptyAtFirst) {
  const SlotIndex index;
  EXPECT_TRUE(index.empty());
  EXPECT_EQ(find(index, 1, 1), SlotIndex::kNone);
}

TEST(SlotIndex, TellsSlotsWithOneHashApart) {
  SlotIndex index;
  for (std::uint16_t slot = 0; slot < 5; ++slot) index.insert(77, slot);
  for (std::uint16_t slot = 0; slot < 5; ++slot) EXPECT_EQ(find(index, 77, slot), slot);
  EXPECT_EQ(find(index, 77, 5), SlotIndex::kNone);
  index.erase(77, 2);
  EXPECT_EQ(find(index, 77, 2), SlotIndex::kNone);
  EXPECT_EQ(find(index, 77, 4), 4);
}

TEST(SlotIndex, MovesASlot) {
  SlotIndex index;
  index.insert(5, 9);
  index.move(5, 9, 1);
  EXPECT_EQ(find(index, 5, 1), 1);
  EXPECT_EQ(find(index, 5, 9), SlotIndex::kNone);
}

// Few different hashes, so that runs of cells collide and wrap around.
TEST(SlotIndex, AgreesWithAModelThroughGrowthAndErasure) {
  SeededRng rng(3);
  SlotIndex index;
  std::map<std::uint16_t, std::uint64_t> model;
  for (int i = 0; i < 20000; ++i) {
    const auto slot = static_cast<std::uint16_t>(rng.below(200));
    const auto found = model.find(slot);
    if (found == model.end()) {
      const std::uint64_t hash = rng.below(8) == 0 ? UINT32_MAX : rng.below(40);
      index.insert(hash, slot);
      model[slot] = hash;
    } else {
      index.erase(found->second, slot);
      model.erase(found);
    }
    ASSERT_EQ(index.size(), model.size());
    if (i % 50 != 0) continue;
    for (const auto& [present, hash] : model) ASSERT_EQ(find(index, hash, present), present);
  }
}

}  // namespace
}  // namespace turnpike::turn
