// NetworkPlan: which addresses and ports the relay listens on and relays from, worked out from the
// configuration and the machine's interfaces before any socket is opened.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/ip_address.h"
#include "conf/turnserver_config.h"
#include "relay/net/interfaces.h"
#include "relay/turn/relay_address_book.h"

namespace turnpike::server {

struct NetworkPlan {
  std::vector<Endpoint> udp;      // UDP listeners
  std::vector<Endpoint> streams;  // TCP listeners; each tells plain STUN from TLS by itself
  std::vector<IpAddress> relay_addresses;
  /// Internal relay address and what clients are told instead (`external-ip`).
  std::vector<std::pair<IpAddress, IpAddress>> advertised;
  /// First and last of each range of `own-peer-ports`.
  std::vector<std::pair<std::uint16_t, std::uint16_t>> own_peer_ports;
  /// Without `relay-ip` a client gets a relay address like the one it came to, where there is one.
  bool relay_follows_listener = false;

  bool relays(AddressFamily family) const;
};

struct NetworkPlanOutcome {
  NetworkPlan plan;
  std::vector<std::string> warnings;
  std::vector<std::string> errors;  // not empty: do not start
};

/// `tls` says whether TLS will be served. `resolve` turns the text of an address option into an
/// address.
using Resolver = Result<IpAddress, std::string> (*)(std::string_view);
NetworkPlanOutcome plan_network(const conf::TurnserverConfig& config, bool tls,
                                const std::vector<net::LocalAddress>& local, Resolver resolve);

/// Fills the address book: relay addresses with what they are advertised as, and the other
/// addresses that are ours.
void fill_address_book(const NetworkPlan& plan, turn::RelayAddressBook& book);

}  // namespace turnpike::server
