// The data path of a shard: datagrams in batches from listeners and relay sockets, a route from the
// core for each, and batches out. Per relayed packet there is no allocation, lock, log line or
// system call of its own.

#include <array>

#include "relay/net/error_queue.h"
#include "relay/net/udp_socket.h"
#include "relay/server/shard.h"
#include "relay/stun/channel_data.h"
#include "relay/stun/classify.h"
#include "relay/stun/data_indication.h"

namespace turnpike::server {
namespace {

// Bounds of one turn, so that a busy listener does not starve relay sockets and the other way
// round.
constexpr int kListenerRounds = 4;
constexpr int kPeerRounds = 8;
constexpr std::size_t kPerRelaySocket = 8;

}  // namespace

void Shard::on_listener_readable(evutil_socket_t, short, void* listener) {
  auto& l = *static_cast<UdpListener*>(listener);
  l.owner->begin_turn();
  l.owner->receive_from_clients(l);
  l.owner->end_turn();
}

void Shard::receive_from_clients(UdpListener& listener) {
  turn::ClientPath from{.tuple = {{}, {listener.bound}, Transport::kUdp}, .via = listener.via};
  for (int round = 0; round < kListenerRounds; ++round) {
    const std::size_t n = from_clients_.receive(listener.fd.get(), from_clients_.capacity());
    shell_counters_.counts.add(ShellCount::kUdpReceiveCalls);
    shell_counters_.counts.add(ShellCount::kUdpReceived, n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto& received = from_clients_[i];
      from.tuple.client.value = received.source;
      if (received.local) from.tuple.server.value.ip = *received.local;
      on_client_frame(from, received.payload);
    }
    flush_datagrams();
    if (!from_clients_.more_waiting()) break;
  }
  count_receive_problems(from_clients_, truncated_clients_);
}

void Shard::count_receive_problems(const net::ReceiveBatch& batch,
                                   std::uint64_t& truncated_before) {
  const std::uint64_t truncated = batch.truncated();
  if (truncated == truncated_before) return;
  shell_counters_.counts.add(ShellCount::kDropTruncated, truncated - truncated_before);
  truncated_before = truncated;
}

void Shard::on_client_frame(const turn::ClientPath& from, Bytes frame) {
  switch (stun::classify(frame)) {
    case stun::PacketKind::kChannelData:
      return forward_to_peer(core_.route_channel_data(now_.monotonic, from.tuple, frame));
    case stun::PacketKind::kStun:
      if (turn::is_send_indication(frame)) {
        return forward_to_peer(core_.route_send_indication(now_.monotonic, from.tuple, frame));
      }
      flush_datagrams();  // what came before the message leaves before what the message changes
      return hand_to_core(from, frame);
    case stun::PacketKind::kDtls:
    case stun::PacketKind::kOther:
      shell_counters_.counts.add(ShellCount::kDropInvalid);
  }
}

void Shard::forward_to_peer(const turn::ClientRoute& route) {
  if (route.drop != turn::DropReason::kNone) return;
  const RelaySockets::Socket& socket = relay_sockets_[route.socket];
  if (route.dont_fragment) return send_without_fragmenting(socket, route);
  if (datagrams_.full()) flush_datagrams();
  datagrams_.add(socket.fd.get(), route.peer.value, route.payload);
}

/// RFC 8656 section 11.2: DF for this datagram only.
void Shard::send_without_fragmenting(const RelaySockets::Socket& socket,
                                     const turn::ClientRoute& route) {
  const AddressFamily family = socket.address.value.ip.family();
  flush_datagrams();
  net::set_dont_fragment(socket.fd.get(), family, true);
  datagrams_.add(socket.fd.get(), route.peer.value, route.payload);
  flush_datagrams();
  net::set_dont_fragment(socket.fd.get(), family, false);
}

void Shard::flush_datagrams() {
  if (datagrams_.empty()) return;
  const auto result = datagrams_.flush();
  auto& counts = shell_counters_.counts;
  counts.add(ShellCount::kUdpSendCalls);
  counts.add(ShellCount::kUdpSent, result.sent);
  if (result.would_block > 0) counts.add(ShellCount::kDropSendBlocked, result.would_block);
  if (result.failed > 0) counts.add(ShellCount::kDropSendFailed, result.failed);
}

void Shard::on_relay_sockets_ready(evutil_socket_t, short, void* shard) {
  auto& self = *static_cast<Shard*>(shard);
  self.begin_turn();
  self.receive_from_peers();
  self.end_turn();
}

void Shard::receive_from_peers() {
  std::array<net::InnerPoll::Ready, 64> ready{};
  for (int round = 0; round < kPeerRounds; ++round) {
    const std::size_t n = relay_sockets_.poll().wait(ready);
    for (std::size_t i = 0; i < n; ++i) {
      // Looked up again for each event: an error report may have closed a socket meanwhile.
      if (const auto* socket = relay_sockets_.find(ready[i].token); socket && ready[i].readable) {
        drain_relay_socket(*socket);
      }
      if (const auto* socket = relay_sockets_.find(ready[i].token); socket && ready[i].error) {
        report_unreachable_peers(*socket);
      }
    }
    flush_datagrams();
    from_peers_.clear();
    if (n < ready.size()) break;
  }
  count_receive_problems(from_peers_, truncated_peers_);
}

void Shard::drain_relay_socket(const RelaySockets::Socket& socket) {
  if (from_peers_.free_slots() < kPerRelaySocket) {
    flush_datagrams();
    from_peers_.clear();
  }
  const std::size_t before = from_peers_.size();
  const std::size_t n = from_peers_.receive_more(socket.fd.get(), kPerRelaySocket);
  for (std::size_t i = before; i < before + n; ++i) {
    const auto& received = from_peers_[i];
    forward_to_client(core_.route_from_peer(now_.monotonic, socket.allocation,
                                            PeerAddress{received.source}, received.payload.size()),
                      received.payload);
  }
}

void Shard::forward_to_client(const turn::PeerRoute& route, MutableBytes payload) {
  if (route.drop != turn::DropReason::kNone) return;
  const bool stream = route.client->via >= ClientStreams::kFirstVia;
  std::uint8_t* const data =
      payload.data();  // kHeadroom bytes before and kTailroom bytes behind are ours
  std::uint8_t* begin = data - stun::kChannelHeaderSize;
  std::size_t size = payload.size() + stun::kChannelHeaderSize;
  if (route.channel != 0) {
    stun::write_channel_header(begin, route.channel, payload.size());
    if (stream) {
      const std::size_t padding = stun::padding_of(payload.size());
      std::fill_n(data + payload.size(), padding, std::uint8_t{0});
      size += padding;
    }
  } else {
    begin = data - stun::data_indication_prefix_size(route.shown_peer.value.ip.family());
    size = stun::write_data_indication(data, payload.size(), route.shown_peer.value,
                                       core_.next_indication_id());
  }
  if (stream) return streams_.queue_data(route.client->via, {begin, size});
  send_datagram(*route.client, {begin, size});
}

void Shard::send_datagram(const turn::ClientPath& to, Bytes bytes) {
  const UdpListener& listener = *udp_listeners_[to.via];
  if (datagrams_.full()) flush_datagrams();
  datagrams_.add(listener.fd.get(), to.tuple.client.value, bytes,
                 listener.wildcard ? &to.tuple.server.value.ip : nullptr);
}

void Shard::report_unreachable_peers(const RelaySockets::Socket& socket) {
  std::array<net::IcmpError, 8> errors{};
  const turn::AllocationHandle allocation = socket.allocation;
  const std::size_t n = net::drain_error_queue(socket.fd.get(), errors);
  for (std::size_t i = 0; i < n; ++i) {
    if (!errors[i].from_icmp) continue;
    flush_datagrams();
    core_.on_peer_unreachable(now_, allocation, PeerAddress{errors[i].peer}, errors[i].type,
                              errors[i].code, errors[i].info);
    drain();
  }
}

}  // namespace turnpike::server
