// What the relay ought to do, told from the outside: from the requests that it has answered with
// success, and from the clock. Shares no code with the relay's tables; slow and simple.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "tests/support/turn_world.h"

namespace turnpike::sim {

/// What a request asked for.
struct Intent {
  stun::Method method{};
  std::string user;
  std::vector<Endpoint> peers;
  std::uint16_t channel = 0;
  std::optional<std::uint32_t> lifetime_s;
};

class Oracle {
 public:
  explicit Oracle(test::World& world) : world_(world) {}

  /// The relay has answered a request of `client`. The reason why that is wrong, or nothing.
  std::optional<std::string> note_reply(std::size_t client, const Intent& intent,
                                        const test::ParsedReply& reply);
  void note_gone(std::size_t client) { allocations_.erase(client); }

  /// What has to become of data from a client to a peer, or on a channel.
  turn::DropReason expect_send(std::size_t client, const Endpoint& named) const;
  turn::DropReason expect_channel(std::size_t client, std::uint16_t number) const;
  /// Where a channel leads; only when expect_channel is kNone.
  Endpoint channel_peer(std::size_t client, std::uint16_t number) const;
  /// What has to become of data from a peer, and how it is shown to the client.
  struct FromPeer {
    turn::DropReason drop = turn::DropReason::kNone;
    std::uint16_t channel = 0;
    Endpoint shown;
  };
  FromPeer expect_from_peer(std::size_t client, const Endpoint& from) const;

  static bool is_own(const IpAddress& ip);
  static Endpoint to_internal(const Endpoint& named);
  /// Peers that the policy of the simulation must never open.
  static bool is_forbidden(const IpAddress& ip);

 private:
  struct Permission {
    MonotonicTime expires{};
    bool advertised = false;
    bool own = false;
  };
  struct Channel {
    Endpoint peer;
    MonotonicTime expires{};
  };
  struct Allocation {
    stun::TransactionId created_by;
    std::string user;
    MonotonicTime expires{};
    std::vector<Endpoint> relayed;
    std::set<AddressFamily> families;
    std::map<IpAddress, Permission> permissions;
    std::map<std::uint16_t, Channel> channels;
  };

  MonotonicTime now() const { return world_.now.monotonic; }
  const Allocation* live(std::size_t client) const;
  std::optional<std::string> note_allocated(std::size_t client, const Intent& intent,
                                            const test::ParsedReply& reply);
  std::optional<std::string> note_peers(Allocation& allocation, const Intent& intent);
  turn::DropReason expect_to(const Allocation& allocation, const Endpoint& internal) const;

  test::World& world_;
  std::map<std::size_t, Allocation> allocations_;
};

}  // namespace turnpike::sim
