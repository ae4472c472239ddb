#include "relay/turn/channel_table.h"

#include "base/check.h"

namespace turnpike::turn {
namespace {

/// Up to here a search in order is as quick as hashing.
constexpr std::size_t kSearchInOrder = 8;

/// Clients choose numbers only for themselves, so nothing keyed is needed.
std::uint64_t hash_of(std::uint16_t number) {
  return number * std::uint64_t{0x9e3779b1};
}

}  // namespace

const Channel* ChannelTable::find(std::uint16_t number) const {
  const std::uint16_t slot = slot_of(number);
  return slot == SlotIndex::kNone ? nullptr : &values_[slot];
}

const Channel* ChannelTable::find(const PeerAddress& peer) const {
  const std::uint16_t slot = slot_of(peer);
  return slot == SlotIndex::kNone ? nullptr : &values_[slot];
}

void ChannelTable::put(const Channel& channel) {
  const std::uint16_t slot = slot_of(channel.number);
  CHECK(slot == slot_of(channel.peer));
  if (slot != SlotIndex::kNone) {
    values_[slot].expires = channel.expires;
    return;
  }
  CHECK(values_.size() < SlotIndex::kNone);
  values_.push_back(channel);
  if (values_.size() <= kSearchInOrder && by_number_.empty()) return;
  for (std::size_t i = by_number_.size(); i < values_.size(); ++i) index(i);
}

void ChannelTable::erase(std::uint16_t number) {
  const std::uint16_t slot = slot_of(number);
  CHECK(slot != SlotIndex::kNone);
  const auto last = static_cast<std::uint16_t>(values_.size() - 1);
  if (!by_number_.empty()) {
    by_number_.erase(hash_of(number), slot);
    by_peer_.erase(keyed_hash(seed_, values_[slot].peer.value), slot);
    if (slot != last) {
      by_number_.move(hash_of(values_[last].number), last, slot);
      by_peer_.move(keyed_hash(seed_, values_[last].peer.value), last, slot);
    }
  }
  values_[slot] = values_[last];
  values_.pop_back();
}

std::uint16_t ChannelTable::slot_of(std::uint16_t number) const {
  if (!by_number_.empty()) {
    return by_number_.find(hash_of(number),
                           [&](std::uint16_t slot) { return values_[slot].number == number; });
  }
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (values_[i].number == number) return static_cast<std::uint16_t>(i);
  }
  return SlotIndex::kNone;
}

std::uint16_t ChannelTable::slot_of(const PeerAddress& peer) const {
  if (!by_peer_.empty()) {
    return by_peer_.find(keyed_hash(seed_, peer.value),
                         [&](std::uint16_t slot) { return values_[slot].peer == peer; });
  }
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (values_[i].peer == peer) return static_cast<std::uint16_t>(i);
  }
  return SlotIndex::kNone;
}

void ChannelTable::index(std::size_t slot) {
  const Channel& channel = values_[slot];
  by_number_.insert(hash_of(channel.number), static_cast<std::uint16_t>(slot));
  by_peer_.insert(keyed_hash(seed_, channel.peer.value), static_cast<std::uint16_t>(slot));
}

bool ChannelTable::check_consistent() const {
  if (by_number_.size() != by_peer_.size()) return false;
  if (!by_number_.empty() && by_number_.size() != values_.size()) return false;
  if (by_number_.empty() && values_.size() > kSearchInOrder) return false;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (slot_of(values_[i].number) != i || slot_of(values_[i].peer) != i) return false;
  }
  return true;
}

}  // namespace turnpike::turn
