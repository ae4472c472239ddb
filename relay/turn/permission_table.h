// The permissions of one allocation (RFC 8656 section 9): per IP address of a peer, whatever the
// port. A short array that is searched in order while it is small, with a hash index beyond.
#pragma once

#include <cstdint>
#include <vector>

#include "base/hash.h"
#include "base/ip_address.h"
#include "base/time.h"
#include "relay/turn/slot_index.h"

namespace turnpike::turn {

struct Permission {
  IpAddress peer;           // internal form where it is one of our own addresses
  bool shown_advertised{};  // the client named it in its advertised form
  bool needs_live_port{};   // one of our own addresses: only ports that are reachable
  MonotonicTime expires{};

  bool live(MonotonicTime now) const { return now < expires; }
};

class PermissionTable {
 public:
  explicit PermissionTable(HashSeed seed) : seed_(seed) {}

  std::size_t size() const { return values_.size(); }
  const std::vector<Permission>& all() const { return values_; }

  /// Also finds one that has expired and was not swept yet.
  const Permission* find(const IpAddress& peer) const;
  const Permission* find_live(const IpAddress& peer, MonotonicTime now) const {
    const Permission* found = find(peer);
    return found != nullptr && found->live(now) ? found : nullptr;
  }
  /// Installs it, or overwrites the one for the same peer.
  void put(const Permission& permission);
  void erase(const IpAddress& peer);
  bool check_consistent() const;

 private:
  std::uint16_t slot_of(const IpAddress& peer) const;

  HashSeed seed_;
  std::vector<Permission> values_;
  SlotIndex index_;  // empty while values_ is short
};

}  // namespace turnpike::turn
