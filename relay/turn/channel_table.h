// The channels of one allocation (RFC 8656 section 12): number <-> peer, both ways unique. Two
// searches per channel, by number for data from the client and by peer for data to it; in order
// while there are few, by hash beyond.
#pragma once

#include <cstdint>
#include <vector>

#include "base/hash.h"
#include "base/ip_address.h"
#include "base/time.h"
#include "relay/turn/slot_index.h"

namespace turnpike::turn {

struct Channel {
  PeerAddress peer;  // internal form where it is one of our own addresses
  std::uint16_t number = 0;
  MonotonicTime expires{};

  bool live(MonotonicTime now) const { return now < expires; }
};

class ChannelTable {
 public:
  explicit ChannelTable(HashSeed seed) : seed_(seed) {}

  std::size_t size() const { return values_.size(); }
  const std::vector<Channel>& all() const { return values_; }

  // These also find channels that have expired and were not swept yet.
  const Channel* find(std::uint16_t number) const;
  const Channel* find(const PeerAddress& peer) const;
  /// Installs it, or moves the expiry of the very same binding. Neither the number nor the peer may
  /// be bound otherwise.
  void put(const Channel& channel);
  void erase(std::uint16_t number);
  bool check_consistent() const;

 private:
  std::uint16_t slot_of(std::uint16_t number) const;
  std::uint16_t slot_of(const PeerAddress& peer) const;
  void index(std::size_t slot);

  HashSeed seed_;
  std::vector<Channel> values_;
  SlotIndex by_number_;  // both empty while values_ is short
  SlotIndex by_peer_;
};

}  // namespace turnpike::turn
