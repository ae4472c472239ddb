// A seeded world: many clients and peers around one relay, over bad links, doing what comes to mind
// and some of it hostile. After every step the core must be consistent, and whatever it let through
// or dropped must be what the oracle says.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/network.h"
#include "tests/sim/oracle.h"
#include "tests/support/turn_world.h"

namespace turnpike::sim {

struct Outcome {
  std::vector<std::string> faults;  // empty: all was right
  LinkCounts links;
  std::uint64_t to_peers = 0;         // data that peers got
  std::uint64_t to_clients = 0;       // data that clients got
  std::uint64_t between_clients = 0;  // data between two clients of the relay
  std::uint64_t granted = 0;          // requests answered with success
  std::uint64_t refused = 0;          // requests answered with an error
  std::uint64_t dropped = 0;          // data dropped, each with its reason
  std::uint64_t hostile = 0;          // messages that nobody would send
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed);
  /// Runs until `duration` of virtual time has passed and everything in flight has arrived.
  Outcome run(seconds duration);

 private:
  struct Actor {
    test::Client* client = nullptr;
    bool stream = false;
    bool has_allocation = false;  // as far as it knows
    std::vector<std::uint8_t> last_request;
    std::vector<Endpoint> known_peers;      // the last few that were asked for
    std::map<std::uint64_t, Intent> asked;  // by transaction number
  };

  // What actors do.
  void plan_step(std::size_t who);
  void step(std::size_t who);
  void ask(std::size_t who, const Intent& intent, const test::Client::Fill& fill);
  void ask_allocate(std::size_t who);
  void ask_refresh(std::size_t who);
  void ask_permission(std::size_t who);
  void ask_channel(std::size_t who);
  void send_data(std::size_t who);
  void send_on_channel(std::size_t who);
  void be_hostile(std::size_t who);
  void leave(std::size_t who);
  void peer_speaks(const Endpoint& peer);

  // What happens at the relay.
  void send_to_relay(std::size_t who, const std::vector<std::uint8_t>& bytes);
  void at_relay(std::size_t who, const std::vector<std::uint8_t>& bytes);
  void data_at_relay(std::size_t who, const std::vector<std::uint8_t>& bytes);
  void check_route(std::size_t who, const turn::ClientRoute& route,
                   const std::vector<std::uint8_t>& bytes);
  void from_peer_at_relay(const Endpoint& to, const Endpoint& from,
                          const std::vector<std::uint8_t>& payload);
  void after_relay_step();
  void serve_deadlines();

  // What happens at the ends.
  void reply_at_client(std::size_t who, const test::ParsedReply& reply);
  void data_at_peer(const Endpoint& peer, const Endpoint& relayed,
                    const std::vector<std::uint8_t>& payload);
  void data_at_client(const std::vector<std::uint8_t>& bytes);

  std::vector<std::uint8_t> new_payload();
  void check_payload(Bytes payload);
  Endpoint any_peer();
  Endpoint likely_peer(std::size_t who);
  std::uint64_t drops() const;
  bool one_in(std::uint64_t n) { return rng_.below(n) == 0; }
  void fault(std::string what);

  SeededRng rng_;
  test::World world_;
  Agenda agenda_;
  Links links_;
  Oracle oracle_;
  std::deque<Actor> actors_;
  std::vector<Endpoint> peers_;
  std::map<std::uint32_t, std::size_t> owner_;  // by slot of the allocation
  std::uint64_t next_transaction_ = 1;
  std::uint64_t next_payload_ = 1;
  MonotonicTime end_{};
  bool relay_touched_ = false;   // since the last after_relay_step
  bool tables_touched_ = false;  // since the last check of the core
  Outcome outcome_;
};

}  // namespace turnpike::sim
