#include "tests/sim/simulation.h"

#include <algorithm>

#include "base/check.h"
#include "relay/stun/channel_data.h"
#include "relay/stun/data_indication.h"

namespace turnpike::sim {

using stun::MessageClass;
using stun::Method;
using turn::DropReason;

namespace {

constexpr std::size_t kClients = 100;

/// Data that proves itself: a number, and what follows from it.
std::vector<std::uint8_t> payload_of(std::uint64_t number) {
  std::vector<std::uint8_t> payload(8 + number % 1100);
  SeededRng(number).fill(payload);
  store_be64(payload.data(), number);
  return payload;
}

std::string user_of(std::size_t who) {
  return who % 3 == 0 ? "bob" : "alice";
}

}  // namespace

Simulation::Simulation(std::uint64_t seed)
    : rng_(seed),
      world_([](turn::Policy& policy) { policy.challenges.replies_per_s = 0; }),
      links_(agenda_, rng_),
      oracle_(world_) {
  world_.hold_opens = true;
  world_.check_every_step = false;  // after_relay_step does
  for (std::size_t i = 0; i < kClients; ++i) {
    const bool stream = i % 5 == 4;
    const Endpoint from{IpAddress::v4(0x2d210100 + static_cast<std::uint32_t>(i)), 4000};
    test::Client& client =
        world_.client(from.to_string(), stream ? Transport::kTcp : Transport::kUdp, user_of(i));
    actors_.push_back(
        {.client = &client, .stream = stream, .last_request = {}, .known_peers = {}, .asked = {}});
  }
  for (std::uint32_t i = 0; i < 6; ++i) {
    peers_.push_back({IpAddress::v4(0x08080400 + i), static_cast<std::uint16_t>(5000 + i)});
  }
  peers_.push_back(test::endpoint("[2a00:1450::1]:5000"));
  peers_.push_back(test::endpoint("[2a00:1450::2]:5001"));
}

Outcome Simulation::run(seconds duration) {
  end_ = world_.now.monotonic + duration;
  for (std::size_t i = 0; i < actors_.size(); ++i) plan_step(i);
  while (outcome_.faults.empty() && agenda_.next_time() != kNever) {
    // Deadlines are served now and then too late; nothing may depend on their being served.
    if (world_.server().next_deadline() < agenda_.next_time() && !one_in(4)) serve_deadlines();
    const MonotonicTime when = std::max(world_.now.monotonic, agenda_.next_time());
    world_.now.wall += when - world_.now.monotonic;
    world_.now.monotonic = when;
    agenda_.run_next();
    if (relay_touched_) after_relay_step();
  }
  outcome_.links = links_.counts();
  if (outcome_.links.sent + outcome_.links.doubled !=
      outcome_.links.lost + outcome_.links.delivered) {
    fault("the links do not add up");
  }
  world_.server().shut_down(world_.now);
  world_.drain();
  if (!world_.sockets.empty() || world_.ledger.total() != 0) fault("something was left behind");
  return outcome_;
}

void Simulation::serve_deadlines() {
  relay_touched_ = true;
  tables_touched_ = true;
  world_.now.monotonic = std::max(world_.now.monotonic, world_.server().next_deadline());
  world_.server().on_deadline(world_.now);
  world_.drain();
}

// ---- what happens at the relay

void Simulation::send_to_relay(std::size_t who, const std::vector<std::uint8_t>& bytes) {
  const auto deliver = [this, who, bytes] { at_relay(who, bytes); };
  if (actors_[who].stream) return links_.carry_reliably(world_.now.monotonic, deliver);
  links_.carry(world_.now.monotonic, deliver);
}

void Simulation::at_relay(std::size_t who, const std::vector<std::uint8_t>& bytes) {
  relay_touched_ = true;
  const bool channel_data = (bytes[0] & 0xc0) == 0x40;
  if (channel_data || turn::is_send_indication(bytes)) return data_at_relay(who, bytes);
  tables_touched_ = true;
  world_.deliver(actors_[who].client->path, bytes);
}

void Simulation::data_at_relay(std::size_t who, const std::vector<std::uint8_t>& bytes) {
  const FiveTuple& tuple = actors_[who].client->path.tuple;
  const std::uint64_t before = drops();
  const bool indication = turn::is_send_indication(bytes);
  const turn::ClientRoute route =
      indication ? world_.server().route_send_indication(world_.now.monotonic, tuple, bytes)
                 : world_.server().route_channel_data(world_.now.monotonic, tuple, bytes);
  if (drops() - before != (route.drop == DropReason::kNone ? 0U : 1U)) {
    fault("a packet was dropped without being counted, or counted without being dropped");
  }
  check_route(who, route, bytes);
  if (route.drop != DropReason::kNone) {
    ++outcome_.dropped;
    return;
  }
  const std::vector<std::uint8_t> payload(route.payload.begin(), route.payload.end());
  const auto socket = world_.sockets.find(route.socket.value);
  if (socket == world_.sockets.end()) return fault("data for a socket that is not open");
  const Endpoint from = socket->second.internal;
  const Endpoint to = route.peer.value;
  if (Oracle::is_own(to.ip)) {  // does not leave the house
    return links_.carry_reliably(world_.now.monotonic, [this, to, from, payload] {
      ++outcome_.between_clients;
      from_peer_at_relay(to, from, payload);
    });
  }
  links_.carry(world_.now.monotonic,
               [this, to, from, payload] { data_at_peer(to, from, payload); });
}

void Simulation::check_route(std::size_t who, const turn::ClientRoute& route,
                             const std::vector<std::uint8_t>& bytes) {
  DropReason expected = DropReason::kMalformedStun;
  Endpoint to;
  if (turn::is_send_indication(bytes)) {
    const auto message = test::parse_reply(bytes);
    if (!message || !message->peer || route.drop == DropReason::kMalformedStun) return;
    expected = oracle_.expect_send(who, *message->peer);
    to = Oracle::to_internal(*message->peer);
  } else {
    const auto data = stun::parse_channel_data(bytes);
    if (!data) {
      if (route.drop != DropReason::kMalformedChannelData) fault("took malformed ChannelData");
      return;
    }
    expected = oracle_.expect_channel(who, data->number);
    if (expected == DropReason::kNone) to = oracle_.channel_peer(who, data->number);
  }
  if (route.drop != expected) {
    return fault("client " + std::to_string(who) + ": data ended as " +
                 std::string(turn::drop_reason_label(route.drop)) + ", expected " +
                 std::string(turn::drop_reason_label(expected)));
  }
  if (expected == DropReason::kNone && route.peer.value != to) fault("data for another peer");
}

void Simulation::from_peer_at_relay(const Endpoint& to, const Endpoint& from,
                                    const std::vector<std::uint8_t>& payload) {
  const test::FakeSocket* socket = world_.find_socket(to);
  if (socket == nullptr) return;  // closed meanwhile: the system's affair
  relay_touched_ = true;
  const std::size_t who = owner_.at(socket->allocation.index);
  const Oracle::FromPeer expected = oracle_.expect_from_peer(who, from);
  const std::uint64_t before = drops();
  const turn::PeerRoute route = world_.server().route_from_peer(
      world_.now.monotonic, socket->allocation, PeerAddress{from}, payload.size());
  if (route.drop != expected.drop ||
      drops() - before != (route.drop == DropReason::kNone ? 0U : 1U)) {
    return fault("data from " + from.to_string() + " ended as " +
                 std::string(turn::drop_reason_label(route.drop)) + ", expected " +
                 std::string(turn::drop_reason_label(expected.drop)));
  }
  if (route.drop != DropReason::kNone) {
    ++outcome_.dropped;
    return;
  }
  if (route.channel != expected.channel || route.shown_peer.value != expected.shown ||
      route.client->tuple != actors_[who].client->path.tuple) {
    return fault("data from " + from.to_string() + " for the wrong client, channel or peer");
  }
  const std::size_t headroom = 64;
  std::vector<std::uint8_t> buffer(headroom + payload.size() + 3);
  std::copy(payload.begin(), payload.end(), buffer.begin() + headroom);
  std::size_t begin = headroom - stun::kChannelHeaderSize;
  std::size_t size = stun::kChannelHeaderSize + payload.size();
  if (route.channel != 0) {
    stun::write_channel_header(buffer.data() + begin, route.channel, payload.size());
  } else {
    size =
        stun::write_data_indication(buffer.data() + headroom, payload.size(),
                                    route.shown_peer.value, world_.server().next_indication_id());
    begin = headroom - stun::data_indication_prefix_size(route.shown_peer.value.ip.family());
  }
  const auto first = buffer.begin() + static_cast<std::ptrdiff_t>(begin);
  const std::vector<std::uint8_t> packet(first, first + static_cast<std::ptrdiff_t>(size));
  links_.carry(world_.now.monotonic, [this, packet] { data_at_client(packet); });
}

/// Replies go out, wishes for sockets are answered a little later, and the books are brought up to
/// date.
void Simulation::after_relay_step() {
  relay_touched_ = false;
  for (std::size_t i = 0; i < world_.seen.opens.size(); ++i) {
    agenda_.plan(world_.now.monotonic + milliseconds(rng_.below(30)), [this] {
      relay_touched_ = true;
      tables_touched_ = true;
      world_.answer_open(one_in(20) ? std::optional(turn::RelaySocketFailure::kNoPortFree)
                                    : std::nullopt);
    });
  }
  for (const turn::AllocationCreated& created : world_.seen.created) {
    for (std::size_t i = 0; i < actors_.size(); ++i) {
      if (actors_[i].client->path.tuple == created.session.client.tuple) {
        owner_[created.allocation.index] = i;
      }
    }
  }
  for (std::size_t i = 0; i < actors_.size(); ++i) {
    for (const test::ParsedReply& reply : actors_[i].client->inbox) {
      const std::uint64_t number = load_be64(reply.id.bytes.data() + 4);
      const auto asked = actors_[i].asked.find(number);
      if (asked != actors_[i].asked.end() && reply.id == test::transaction(number)) {
        if (const auto wrong = oracle_.note_reply(i, asked->second, reply)) {
          fault("client " + std::to_string(i) + ": " + *wrong);
        }
      } else if (reply.success() && reply.method != Method::kBinding) {
        fault("success for a request that nobody made");
      }
      ++(reply.success() ? outcome_.granted : outcome_.refused);
      links_.carry(world_.now.monotonic, [this, i, reply] { reply_at_client(i, reply); });
    }
    actors_[i].client->inbox.clear();
  }
  world_.seen = {};
  world_.sent_to.clear();
  // Data changes no table, so after data it is checked only now and then.
  if (!tables_touched_ && !one_in(8)) return;
  tables_touched_ = false;
  if (!world_.server().check_consistent()) fault("the core is not consistent");
}

// ---- what happens at the ends

void Simulation::reply_at_client(std::size_t who, const test::ParsedReply& reply) {
  test::Client& client = *actors_[who].client;
  if ((reply.error == 401 || reply.error == 438) && reply.nonce) {
    client.realm = reply.realm.value_or("");
    client.nonce = *reply.nonce;
  }
  if (reply.error == 437) actors_[who].has_allocation = reply.method == Method::kAllocate;
  if (reply.success() && reply.method == Method::kAllocate) actors_[who].has_allocation = true;
  if (reply.success() && reply.lifetime == 0U) actors_[who].has_allocation = false;
}

void Simulation::data_at_peer(const Endpoint& peer, const Endpoint& relayed,
                              const std::vector<std::uint8_t>& payload) {
  ++outcome_.to_peers;
  check_payload(payload);
  if (Oracle::is_forbidden(peer.ip)) fault("data reached " + peer.to_string());
  if (one_in(3)) return;
  links_.carry(world_.now.monotonic,
               [this, relayed, peer, payload] { from_peer_at_relay(relayed, peer, payload); });
}

void Simulation::data_at_client(const std::vector<std::uint8_t>& bytes) {
  ++outcome_.to_clients;
  if (const auto data = stun::parse_channel_data(bytes)) return check_payload(data->data);
  const auto view = stun::MessageView::parse(bytes);
  const auto data = view ? view->find(stun::AttributeType::kData) : std::nullopt;
  if (!data || !view->find(stun::AttributeType::kXorPeerAddress)) {
    return fault("a broken Data indication");
  }
  check_payload(*data);
}

// ---- odds and ends

std::vector<std::uint8_t> Simulation::new_payload() {
  return payload_of(next_payload_++);
}

/// Hostile changes of messages do not touch data: only requests are changed.
void Simulation::check_payload(Bytes payload) {
  const auto expected =
      payload.size() >= 8 ? payload_of(load_be64(payload.data())) : std::vector<std::uint8_t>();
  if (!std::equal(payload.begin(), payload.end(), expected.begin(), expected.end())) {
    fault("data arrived changed");
  }
}

std::uint64_t Simulation::drops() const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(DropReason::kCount); ++i) {
    sum += world_.dropped(static_cast<DropReason>(i));
  }
  return sum;
}

void Simulation::fault(std::string what) {
  outcome_.faults.push_back(std::move(what));
}

}  // namespace turnpike::sim
