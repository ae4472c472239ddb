// Our own addresses, and which of their UDP ports are live allocations, over all shards. It is the
// one structure that shards share on the data path: ports are bits in atomics, so a read costs a
// load and nobody waits.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/ip_address.h"

namespace turnpike::turn {

class RelayAddressBook {
 public:
  /// Before the shards start. `advertised` is what clients see: `external-ip`, or `internal` again.
  /// An internal address may have several advertised ones; the first is the one that is told.
  void add_relay_address(const IpAddress& internal, const IpAddress& advertised);
  /// An address of ours on which nothing is relayed (a listener's): every port of it is closed to
  /// peers.
  void add_other_address(const IpAddress& ip);
  /// `own-peer-ports`: ports of our own addresses that peers may be on although no allocation lives
  /// there.
  void open_ports(std::uint16_t first, std::uint16_t last);

  bool is_own(const IpAddress& ip) const;
  /// The internal form of an advertised address; an address that is not ours comes back as it is.
  IpAddress to_internal(const IpAddress& ip) const;
  /// The advertised form of an internal address; other addresses come back as they are.
  IpAddress to_advertised(const IpAddress& ip) const;

  // From any shard. `internal` is a relay address in its internal form.
  void set_live(const Endpoint& internal, bool live);
  /// Also true for `open_ports`. False for an address that is not ours.
  bool is_reachable(const Endpoint& internal) const;

 private:
  struct PortBits {
    void set(std::uint16_t port, bool on);
    bool test(std::uint16_t port) const;
    std::array<std::atomic<std::uint64_t>, 1024> words{};
  };
  struct Entry {
    IpAddress internal;
    IpAddress advertised;
    std::unique_ptr<PortBits> live;  // empty for addresses on which nothing is relayed
  };
  const Entry* find_internal(const IpAddress& ip) const;
  Entry* find_internal(const IpAddress& ip);

  std::vector<Entry> entries_;  // a handful: a linear search is the fastest
  PortBits opened_;
};

}  // namespace turnpike::turn
