// RelayPorts: the UDP ports of every relay address, partitioned between the shards. A shard takes
// from its own part first and borrows from another's only when its own is empty, so a small port
// range serves every client. Control path only: a lock per part, taken once per relay socket.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/ip_address.h"
#include "base/rng.h"
#include "base/time.h"
#include "relay/net/port_pool.h"
#include "relay/turn/outbox.h"

namespace turnpike::server {

struct RelayPortsSettings {
  std::vector<IpAddress> addresses;  // `relay-ip`, each once
  std::uint16_t min_port = 49152;    // `min-port`
  std::uint16_t max_port = 65535;    // `max-port`
  unsigned shards = 1;
  Duration quarantine = seconds(2);  // `relay-quarantine`
};

/// What a client wants and where it is served.
struct RelayPortWish {
  unsigned shard = 0;
  AddressFamily family = AddressFamily::kIpv4;
  turn::PortWish port = turn::PortWish::kAny;
  std::optional<IpAddress> preferred;  // tried first if it is a relay address of the family
};

class RelayPorts {
 public:
  explicit RelayPorts(const RelayPortsSettings& settings);

  /// A port on one of the relay addresses of the family, the addresses in random order. With
  /// kEvenAndNext the next port is taken too. kReserved is not for this class.
  std::optional<RelayedAddress> take(const RelayPortWish& wish, Rng& rng, MonotonicTime now);
  void give_back(const RelayedAddress& address, MonotonicTime now);

  std::size_t owned_count() const;
  /// Neither in use nor resting.
  std::size_t free_count() const;
  std::size_t used_count() const;

 private:
  struct Part {
    Part(const RelayPortsSettings& s, unsigned shard)
        : pool(s.min_port, s.max_port, shard, s.shards, s.quarantine) {}
    mutable std::mutex mutex;
    net::PortPool pool;
  };
  struct PerAddress {
    IpAddress ip;
    std::vector<std::unique_ptr<Part>> parts;  // by shard
  };

  static std::optional<RelayedAddress> take_on(PerAddress& entry, const RelayPortWish& wish,
                                               Rng& rng, MonotonicTime now);

  std::vector<PerAddress> addresses_;
};

}  // namespace turnpike::server
