// What the shell of a test was told by the core, kept in the order in which it came. Unlike the
// effects themselves it owns its strings.
#pragma once

#include <string>
#include <vector>

#include "relay/turn/outbox.h"

namespace turnpike::test {

struct SeenAnswer {
  std::string user;
  std::string realm;
  std::uint64_t session = 0;
  stun::Method method{};
  std::uint16_t error = 0;
  turn::AuthFailure auth{};
  credentials::Refusal refusal{};
  std::int64_t expired_for_s = 0;
};

struct SeenDenial {
  IpAddress peer;
  turn::PeerVerdict verdict{};
  bool own_address = false;
  std::uint16_t port = 0;
};

struct Seen {
  std::vector<std::string> lookups;
  std::vector<turn::OpenRelaySocket> opens;
  std::vector<turn::RelaySocketId> closed_sockets;
  std::vector<turn::ClientPath> closed_clients;
  std::vector<turn::ChannelOpened> channels_opened;
  std::vector<turn::ChannelClosed> channels_closed;
  std::vector<turn::AllocationCreated> created;  // its views are not to be read
  std::vector<turn::AllocationDeleted> deleted;
  std::vector<seconds> refreshed;
  std::vector<turn::Usage> reports;
  std::vector<IpAddress> permissions_installed;
  std::vector<IpAddress> permissions_expired;
  std::vector<std::uint16_t> channels_expired;
  std::vector<SeenDenial> denials;
  std::vector<SeenAnswer> answers;

  void note(const turn::Effect& effect);
};

}  // namespace turnpike::test
