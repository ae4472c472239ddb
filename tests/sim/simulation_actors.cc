// What the clients and peers of the simulation do.
#include <algorithm>

#include "relay/stun/channel_data.h"
#include "tests/sim/simulation.h"

namespace turnpike::sim {

using stun::MessageClass;
using stun::Method;
using test::TestRequest;

namespace {

constexpr std::uint64_t kMeanPauseMs = 40'000;

}  // namespace

void Simulation::plan_step(std::size_t who) {
  const MonotonicTime when = world_.now.monotonic + milliseconds(1 + rng_.below(2 * kMeanPauseMs));
  if (when >= end_) return;
  agenda_.plan(when, [this, who] {
    step(who);
    plan_step(who);
  });
}

void Simulation::step(std::size_t who) {
  if (!actors_[who].has_allocation && !one_in(3)) return ask_allocate(who);
  switch (rng_.below(16)) {
    case 0:
    case 1:
      return ask_allocate(who);
    case 2:
      return ask_refresh(who);
    case 3:
    case 4:
      return ask_permission(who);
    case 5:
    case 6:
      return ask_channel(who);
    case 7:
    case 8:
    case 9:
      for (std::uint64_t n = 1 + rng_.below(4); n > 0; --n) send_data(who);
      return;
    case 10:
    case 11:
    case 12:
      for (std::uint64_t n = 1 + rng_.below(4); n > 0; --n) send_on_channel(who);
      return;
    case 13:
      return be_hostile(who);
    case 14:
      return peer_speaks(peers_[rng_.below(peers_.size())]);
    default:
      if (one_in(8)) return leave(who);
      return ask(who, {.method = Method::kBinding, .user = {}, .peers = {}, .lifetime_s = {}}, {});
  }
}

void Simulation::ask(std::size_t who, const Intent& intent, const test::Client::Fill& fill) {
  Actor& actor = actors_[who];
  test::Client& client = *actor.client;
  if (one_in(6) && !actor.last_request.empty()) {  // says the last one again
    return send_to_relay(who, actor.last_request);
  }
  const std::uint64_t number = next_transaction_++;
  const stun::TransactionId id = test::transaction(number);
  const auto bytes = client.nonce.empty()
                         ? TestRequest(MessageClass::kRequest, intent.method, id).bytes()
                         : client.signed_request(intent.method, id, fill);
  Intent asked = intent;
  asked.user = client.user;
  for (const Endpoint& peer : intent.peers) actor.known_peers.push_back(peer);
  if (actor.known_peers.size() > 5) {
    actor.known_peers.erase(actor.known_peers.begin(), actor.known_peers.end() - 5);
  }
  actor.asked[number] = asked;
  actor.last_request = bytes;
  send_to_relay(who, bytes);
}

void Simulation::ask_allocate(std::size_t who) {
  const std::uint64_t kind = rng_.below(6);
  ask(who, {.method = Method::kAllocate, .user = {}, .peers = {}, .lifetime_s = {}},
      [&](TestRequest& request) {
        request.transport(one_in(20) ? test::kTcp : test::kUdp);
        if (kind == 0) request.family(test::kIpv6);
        if (kind == 1) request.additional_family(test::kIpv6);
        if (kind == 2) request.even_port(one_in(2));
        if (kind == 3) request.lifetime(static_cast<std::uint32_t>(rng_.below(5000)));
      });
}

void Simulation::ask_refresh(std::size_t who) {
  Intent intent{.method = Method::kRefresh, .user = {}, .peers = {}, .lifetime_s = {}};
  if (one_in(3)) intent.lifetime_s = one_in(2) ? 0 : static_cast<std::uint32_t>(rng_.below(4000));
  test::Client& client = *actors_[who].client;
  const std::string user = client.user;
  const std::string password = client.password;
  if (one_in(10)) {  // somebody else tries
    client.user = user == "bob" ? "alice" : "bob";
    client.password = user == "bob" ? "wonderland" : "builder";
  }
  ask(who, intent, [&](TestRequest& request) {
    if (intent.lifetime_s) request.lifetime(*intent.lifetime_s);
  });
  client.user = user;
  client.password = password;
}

void Simulation::ask_permission(std::size_t who) {
  Intent intent{.method = Method::kCreatePermission, .user = {}, .peers = {}, .lifetime_s = {}};
  for (std::uint64_t n = 1 + rng_.below(3); n > 0; --n) intent.peers.push_back(any_peer());
  ask(who, intent, [&](TestRequest& request) {
    for (const Endpoint& peer : intent.peers) request.peer(peer);
  });
}

void Simulation::ask_channel(std::size_t who) {
  Intent intent{
      .method = Method::kChannelBind, .user = {}, .peers = {any_peer()}, .lifetime_s = {}};
  intent.channel = static_cast<std::uint16_t>(0x4000 + rng_.below(4));
  if (one_in(20)) intent.channel = static_cast<std::uint16_t>(rng_.below(65536));
  ask(who, intent,
      [&](TestRequest& request) { request.channel(intent.channel).peer(intent.peers[0]); });
}

void Simulation::send_data(std::size_t who) {
  TestRequest indication(MessageClass::kIndication, Method::kSend,
                         test::transaction(next_transaction_++));
  send_to_relay(who, indication.peer(likely_peer(who)).data(new_payload()).bytes());
}

void Simulation::send_on_channel(std::size_t who) {
  const auto payload = new_payload();
  std::vector<std::uint8_t> frame(stun::kChannelHeaderSize + payload.size());
  stun::write_channel_header(frame.data(), static_cast<std::uint16_t>(0x4000 + rng_.below(4)),
                             payload.size());
  std::copy(payload.begin(), payload.end(), frame.begin() + stun::kChannelHeaderSize);
  send_to_relay(who, frame);
}

/// The last request with a few bytes changed, or no message at all.
void Simulation::be_hostile(std::size_t who) {
  ++outcome_.hostile;
  std::vector<std::uint8_t> bytes = actors_[who].last_request;
  if (bytes.empty() || one_in(3)) {
    bytes.resize(rng_.below(200));
    rng_.fill(bytes);
  } else {
    for (std::uint64_t n = 1 + rng_.below(4); n > 0; --n) {
      bytes[rng_.below(bytes.size())] = static_cast<std::uint8_t>(rng_.below(256));
    }
    if (one_in(4)) bytes.resize(rng_.below(bytes.size() + 1));
  }
  if (!bytes.empty()) send_to_relay(who, bytes);
}

void Simulation::leave(std::size_t who) {
  if (!actors_[who].stream) return;
  relay_touched_ = true;
  tables_touched_ = true;
  world_.server().on_client_gone(world_.now, actors_[who].client->path.tuple);
  world_.drain();
  oracle_.note_gone(who);
}

/// To somebody's relayed address, unasked, from any port.
void Simulation::peer_speaks(const Endpoint& peer) {
  if (world_.sockets.empty()) return;
  auto socket = world_.sockets.begin();
  std::advance(socket, static_cast<std::ptrdiff_t>(rng_.below(world_.sockets.size())));
  Endpoint from = peer;
  if (one_in(3)) from.port = static_cast<std::uint16_t>(1 + rng_.below(65535));
  if (socket->second.internal.ip.family() != from.ip.family()) return;
  links_.carry(world_.now.monotonic,
               [this, to = socket->second.internal, from, payload = new_payload()] {
                 from_peer_at_relay(to, from, payload);
               });
}

Endpoint Simulation::any_peer() {
  switch (rng_.below(12)) {
    case 0: {
      static const std::vector<Endpoint> kForbidden = {
          test::endpoint("127.0.0.1:80"), test::endpoint("10.0.0.77:22"),
          test::endpoint("224.0.0.1:1"),  test::endpoint("0.0.0.0:1"),
          test::endpoint("[::1]:80"),     test::endpoint("[fd00::1]:1")};
      return kForbidden[rng_.below(kForbidden.size())];
    }
    case 1:
      return {one_in(2) ? test::kListenerIp : test::kRelayAdvertised,
              static_cast<std::uint16_t>(rng_.below(4000))};
    case 2:
    case 3:
    case 4:
    case 5: {
      if (world_.sockets.empty()) break;
      auto socket = world_.sockets.begin();
      std::advance(socket, static_cast<std::ptrdiff_t>(rng_.below(world_.sockets.size())));
      return one_in(3) ? socket->second.internal : socket->second.advertised;
    }
    default:
      break;
  }
  return peers_[rng_.below(peers_.size())];
}

/// Mostly one of those whom the client asked for before.
Endpoint Simulation::likely_peer(std::size_t who) {
  const std::vector<Endpoint>& known = actors_[who].known_peers;
  return known.empty() || one_in(5) ? any_peer() : known[rng_.below(known.size())];
}

}  // namespace turnpike::sim
