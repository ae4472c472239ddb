// RelaySockets: one shard's open relay sockets, by the id that the core uses. Opens and closes them
// and gives their ports back; what is sent and received through them is the data path's matter
// (shard_udp.cc).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/rng.h"
#include "base/time.h"
#include "relay/net/fd.h"
#include "relay/net/inner_poll.h"
#include "relay/net/socket_error.h"
#include "relay/server/relay_ports.h"
#include "relay/server/reservations.h"
#include "relay/turn/ids.h"
#include "relay/turn/server.h"

namespace turnpike::server {

struct RelaySocketSettings {
  std::string device;    // `relay-device`
  int buffer_bytes = 0;  // `sock-buf-size`, for receiving and sending
  /// Without `relay-ip`: a client gets the address it came to, where that is a relay address.
  bool follow_listener = false;
};

/// What RelaySockets shares with other shards.
struct RelayResources {
  RelayPorts& ports;
  Reservations& reservations;
  turn::RelayAddressBook& addresses;
};

class RelaySockets {
 public:
  RelaySockets(unsigned shard, RelaySocketSettings settings, const RelayResources& shared,
               Rng& rng);
  ~RelaySockets();

  struct Socket {
    net::Fd fd;
    turn::AllocationHandle allocation;
    RelayedAddress address;
    std::uint32_t generation = 0;
  };

  /// Carries out an OpenRelaySocket.
  Result<turn::RelaySocketOpened, turn::RelaySocketFailure> open(const turn::OpenRelaySocket& wish,
                                                                 MonotonicTime now);
  void close(turn::RelaySocketId id, MonotonicTime now);
  /// Closes reservations that nobody has claimed in time. Any shard may do it.
  void expire_reservations(MonotonicTime now);

  const Socket& operator[](turn::RelaySocketId id) const { return sockets_[id.value]; }
  /// Nothing when the socket of that event has been closed since.
  const Socket* find(std::uint64_t poll_token) const;
  net::InnerPoll& poll() { return poll_; }
  std::size_t count() const { return sockets_.size() - free_.size(); }

 private:
  struct Bound {
    net::Fd fd;
    RelayedAddress address;
  };
  Result<Bound, turn::RelaySocketFailure> bind_free_port(const turn::OpenRelaySocket& wish,
                                                         MonotonicTime now);
  Result<net::Fd, net::SocketError> open_at(const RelayedAddress& address);
  std::optional<turn::ReservationToken> reserve_next(const RelayedAddress& even, MonotonicTime now);
  turn::RelaySocketId keep(Bound bound, turn::AllocationHandle allocation);

  unsigned shard_;
  RelaySocketSettings settings_;
  RelayResources shared_;
  Rng& rng_;
  net::InnerPoll poll_;
  std::vector<Socket> sockets_;
  std::vector<std::uint32_t> free_;
};

}  // namespace turnpike::server
