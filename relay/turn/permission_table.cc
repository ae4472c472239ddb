#include "relay/turn/permission_table.h"

#include "base/check.h"

namespace turnpike::turn {
namespace {

/// Up to here a search in order is as quick as hashing.
constexpr std::size_t kSearchInOrder = 8;

}  // namespace

const Permission* PermissionTable::find(const IpAddress& peer) const {
  const std::uint16_t slot = slot_of(peer);
  return slot == SlotIndex::kNone ? nullptr : &values_[slot];
}

void PermissionTable::put(const Permission& permission) {
  const std::uint16_t slot = slot_of(permission.peer);
  if (slot != SlotIndex::kNone) {
    values_[slot] = permission;
    return;
  }
  CHECK(values_.size() < SlotIndex::kNone);
  values_.push_back(permission);
  if (values_.size() <= kSearchInOrder && index_.empty()) return;
  for (std::size_t i = index_.size(); i < values_.size(); ++i) {
    index_.insert(keyed_hash(seed_, values_[i].peer), static_cast<std::uint16_t>(i));
  }
}

void PermissionTable::erase(const IpAddress& peer) {
  const std::uint16_t slot = slot_of(peer);
  CHECK(slot != SlotIndex::kNone);
  const auto last = static_cast<std::uint16_t>(values_.size() - 1);
  if (!index_.empty()) {
    index_.erase(keyed_hash(seed_, peer), slot);
    if (slot != last) index_.move(keyed_hash(seed_, values_[last].peer), last, slot);
  }
  values_[slot] = values_[last];
  values_.pop_back();
}

std::uint16_t PermissionTable::slot_of(const IpAddress& peer) const {
  if (!index_.empty()) {
    return index_.find(keyed_hash(seed_, peer),
                       [&](std::uint16_t slot) { return values_[slot].peer == peer; });
  }
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (values_[i].peer == peer) return static_cast<std::uint16_t>(i);
  }
  return SlotIndex::kNone;
}

bool PermissionTable::check_consistent() const {
  if (!index_.empty() && index_.size() != values_.size()) return false;
  if (index_.empty() && values_.size() > kSearchInOrder) return false;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (slot_of(values_[i].peer) != i) return false;
  }
  return true;
}

}  // namespace turnpike::turn
