// Relay sockets that EVEN-PORT with R = 1 has reserved (RFC 8656 section 7.2), waiting for the
// Allocate that brings their token. Shared by the shards, because that Allocate may arrive at
// another one.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "base/ip_address.h"
#include "base/rng.h"
#include "base/time.h"
#include "relay/net/fd.h"
#include "relay/turn/ids.h"

namespace turnpike::server {

class Reservations {
 public:
  /// RFC 8656 section 7.2: at least 30 seconds.
  static constexpr seconds kLifetime{30};
  /// More than this at once are refused: each holds a socket.
  static constexpr std::size_t kMax = 4096;

  struct Reserved {
    net::Fd socket;
    RelayedAddress address;
  };

  /// Nothing when the table is full; `socket` is then closed.
  std::optional<turn::ReservationToken> add(net::Fd socket, const RelayedAddress& address, Rng& rng,
                                            MonotonicTime now);
  /// Each token works once.
  std::optional<Reserved> claim(const turn::ReservationToken& token, MonotonicTime now);
  /// Closes what is too old; the addresses are to be given back.
  std::vector<RelayedAddress> expire(MonotonicTime now);

 private:
  struct Entry {
    turn::ReservationToken token;
    Reserved reserved;
    MonotonicTime expires;
  };
  std::mutex mutex_;
  std::vector<Entry> entries_;  // in order of expiry
};

}  // namespace turnpike::server
